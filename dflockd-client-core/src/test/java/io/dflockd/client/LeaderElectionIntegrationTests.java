package io.dflockd.client;

import static io.dflockd.client.Latches.awaitQuietly;
import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Generation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several clients that are candidates for one role, against a server that may misbehave. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class LeaderElectionIntegrationTests {

    private static final String KEY = "leader:r";

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @RegisterExtension
    private final RecordedLog log = new RecordedLog();

    /** One client and what its callbacks were told, in order. */
    private static final class Candidate {

        final String name;

        final DflockdClient client;

        final List<String> told = new CopyOnWriteArrayList<>();

        final CountDownLatch mayReturn = new CountDownLatch(1);

        volatile LeaderElection election;

        volatile long grantedAt;

        volatile long revokedAt;

        Candidate(String name, DflockdClient client) {
            this.name = name;
            this.client = client;
        }

        Candidate start(Duration lease, List<String> order) {
            election = client.leaderElection("r")
                    .withLease(lease)
                    .onGranted(leadership -> {
                        grantedAt = System.nanoTime();
                        order.add(name);
                        told.add(
                                "granted on " + Thread.currentThread().getName().replaceAll("-\\d+$", ""));
                    })
                    .onRevoked((leadership, reason) -> {
                        revokedAt = System.nanoTime();
                        told.add("revoked " + reason);
                    })
                    .start();
            return this;
        }

        void awaitTold(String what) {
            await().atMost(SOON).until(() -> told.contains(what));
        }
    }

    private final List<String> order = new CopyOnWriteArrayList<>();

    private Candidate leader(String name, DflockdClient client, Duration lease) throws InterruptedException {
        Candidate candidate = new Candidate(name, client).start(lease, order);
        assertThat(candidate.election.await(SOON)).isTrue();
        candidate.awaitTold("granted on dflockd-callback");
        return candidate;
    }

    private Candidate waiting(TestServer server, String name, Duration lease) {
        int before = server.view().waiters(KEY).size();
        Candidate candidate = new Candidate(name, servers.client(server)).start(lease, order);
        server.await(view -> view.waiters(KEY).size() == before + 1, SOON);
        return candidate;
    }

    private static long holder(TestServer server) {
        return server.view().holders(KEY).get(0).connectionId();
    }

    // --- who leads

    @Test
    void cutConnectionIsToldAtOnceAndTheNextLeads() throws Exception {
        TestServer server = servers.start();
        Candidate first = leader("first", servers.client(server), Duration.ofSeconds(30));
        Candidate next = waiting(server, "next", Duration.ofSeconds(30));
        long cut = System.nanoTime();
        server.faults().cut(holder(server));
        assertThat(next.election.await(SOON)).isTrue();
        first.awaitTold("revoked CONNECTION_LOST");
        next.awaitTold("granted on dflockd-callback");
        assertThat(first.election.isLeader()).isFalse();
        System.out.printf(
                "leader election, cut connection: old leader told after %.1f ms, next after %.1f ms%n",
                (first.revokedAt - cut) / 1e6, (next.grantedAt - cut) / 1e6);
        server.await(view -> view.waiters(KEY).size() == 1, SOON);
        assertThat(first.election.state()).isEqualTo(LeaderElection.State.CANDIDATE);
    }

    @Test
    void leaderOnASilentNetworkIsNoneBeforeTheNextIs() throws Exception {
        TestServer server = servers.start();
        servers.mayLeaveTraces();
        Duration lease = Duration.ofSeconds(2);
        Relay relay = servers.relay(server);
        Candidate first = leader("first", servers.client(relay), lease);
        Candidate next = waiting(server, "next", lease);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> both = CompletableFuture.supplyAsync(
                () -> {
                    int samples = 0;
                    while (!over.get()) {
                        // In this order: who leads now, led then.
                        if (next.election.isLeader() && first.election.isLeader()) {
                            samples++;
                        }
                        LockSupport.parkNanos(100_000);
                    }
                    return samples;
                },
                task -> new Thread(task, "sampler").start());
        long silent = System.nanoTime();
        relay.silence();
        assertThat(next.election.await(SOON)).isTrue();
        boolean firstLeads = first.election.isLeader();
        first.awaitTold("revoked LEASE_EXPIRED");
        next.awaitTold("granted on dflockd-callback");
        over.set(true);
        assertThat(firstLeads).isFalse();
        assertThat(both.get(20, TimeUnit.SECONDS))
                .as("samples with two leaders")
                .isZero();
        System.out.printf(
                "leader election, silent network, lease of 2 s: old leader told after %.1f ms, next after %.1f ms%n",
                (first.revokedAt - silent) / 1e6, (next.grantedAt - silent) / 1e6);
        relay.resume();
    }

    @Test
    void yieldHandsTheRoleToTheLongestWaitingCandidate() throws Exception {
        TestServer server = servers.start();
        List<Candidate> candidates = new ArrayList<>();
        candidates.add(leader("0", servers.client(server), Duration.ofSeconds(30)));
        candidates.add(waiting(server, "1", Duration.ofSeconds(30)));
        candidates.add(waiting(server, "2", Duration.ofSeconds(30)));
        for (int turn = 0; turn < 7; turn++) {
            int granted = turn + 2;
            candidates.get(turn % 3).election.leadership().orElseThrow().yield();
            assertThat(candidates.get((turn + 1) % 3).election.await(SOON)).isTrue();
            await().atMost(SOON).until(() -> order.size() == granted);
            server.await(view -> view.waiters(KEY).size() == 2, SOON);
        }
        assertThat(order).containsExactly("0", "1", "2", "0", "1", "2", "0", "1");
    }

    /** Asked while the lock is released. */
    @Test
    void ensureLeaderThrowsNothingButNotLeader() throws Exception {
        servers.start();
        DflockdClient client = servers.client();
        for (int i = 0; i < 100; i++) {
            LeaderElection election = client.leaderElection("r" + i).start();
            assertThat(election.await(SOON)).isTrue();
            Leadership leadership = election.leadership().orElseThrow();
            CountDownLatch asks = new CountDownLatch(1);
            CompletableFuture<Void> asked = CompletableFuture.runAsync(() -> {
                while (true) {
                    leadership.ensureLeader();
                    asks.countDown();
                }
            });
            asks.await();
            leadership.yield();
            assertThat(asked)
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOf(NotLeaderException.class);
            election.close();
        }
    }

    @Test
    void leaderWithoutOtherCandidatesIsElectedAgainAfterAYield() throws Exception {
        TestServer server = servers.start(settings -> settings.generation(Generation.G2));
        Candidate only = leader("only", servers.client(server), Duration.ofSeconds(30));
        Leadership first = only.election.leadership().orElseThrow();
        first.yield();
        await().atMost(SOON).until(() -> order.size() == 2);
        Leadership second = only.election.leadership().orElseThrow();
        assertThat(second.term().getAsLong()).isGreaterThan(first.term().getAsLong());
        second.ensureLeader();
        assertThatExceptionOfType(NotLeaderException.class).isThrownBy(first::ensureLeader);
        assertThat(server.view().holders(KEY)).hasSize(1);
    }

    @Test
    void serverThatRestartsHasALeaderAgain() throws Exception {
        TestServer server = servers.start();
        Candidate only = leader("only", servers.client(server), Duration.ofSeconds(30));
        server.restart();
        only.awaitTold("revoked CONNECTION_LOST");
        await().atMost(SOON).until(() -> order.size() == 2);
        assertThat(only.election.isLeader()).isTrue();
    }

    @Test
    void candidateWaitsForAServerThatIsDownWithOneWarning() throws Exception {
        TestServer server = servers.start();
        String role = servers.key();
        server.stop();
        LeaderElection election = servers.client(server).leaderElection(role).start();
        assertThat(election.await(Duration.ofMillis(1500))).isFalse();
        server.start();
        assertThat(election.await(SOON)).isTrue();
        assertThat(log.lines(Level.WARN, role)).hasSize(1);
    }

    // --- order of the end

    @Test
    void roleIsFreeOnlyAfterTheCallbackOfAClose() throws Exception {
        TestServer server = servers.start();
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        List<String> inCallback = new CopyOnWriteArrayList<>();
        LeaderElection election = servers.client(server)
                .leaderElection("r")
                .withRevokeTimeout(SOON)
                .onRevoked((leadership, reason) -> {
                    called.countDown();
                    awaitQuietly(mayReturn);
                    leadership.ensureLeader();
                    inCallback.add("still held, " + reason);
                })
                .start();
        assertThat(election.await(SOON)).isTrue();
        Candidate next = waiting(server, "next", Duration.ofSeconds(30));
        CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(
                () -> {
                    Thread.currentThread().interrupt();
                    election.close();
                    return Thread.currentThread().isInterrupted();
                },
                task -> new Thread(task, "closing").start());
        assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(election.isLeader()).isFalse();
        assertThat(next.election.await(Duration.ofMillis(300))).isFalse();
        assertThat(closing).isNotDone();
        mayReturn.countDown();
        assertThat(next.election.await(SOON)).isTrue();
        assertThat(closing.get(20, TimeUnit.SECONDS)).as("the interrupt flag").isTrue();
        assertThat(election.state()).isEqualTo(LeaderElection.State.CLOSED);
        assertThat(inCallback).containsExactly("still held, ELECTION_CLOSED");
    }

    @Test
    void closeOfTheClientRevokesOnceAndTheNextLeads() throws Exception {
        TestServer server = servers.start();
        Candidate first = leader("first", servers.client(server), Duration.ofSeconds(30));
        Candidate next = waiting(server, "next", Duration.ofSeconds(30));
        Candidate last = waiting(server, "last", Duration.ofSeconds(30));
        last.client.close();
        first.client.close(Duration.ofSeconds(20));
        assertThat(next.election.await(SOON)).isTrue();
        assertThat(first.told).containsExactly("granted on dflockd-callback", "revoked CLIENT_CLOSED");
        assertThat(first.election.state()).isEqualTo(LeaderElection.State.CLOSED);
        assertThat(last.told).isEmpty();
        assertThat(last.election.state()).isEqualTo(LeaderElection.State.CLOSED);
        assertThatExceptionOfType(ClientClosedException.class)
                .isThrownBy(() -> first.client.leaderElection("r").start());
    }

    @Test
    void closeOfTheClientCallsBackWhileTheRoleIsHeld() throws Exception {
        CountDownLatch granted = new CountDownLatch(1);
        List<String> inCallback = new CopyOnWriteArrayList<>();
        DflockdClient client = servers.client(servers.start());
        LeaderElection election = client.leaderElection("r")
                .onGranted(leadership -> granted.countDown())
                .onRevoked((leadership, reason) -> {
                    leadership.ensureLeader();
                    inCallback.add("still held, " + reason);
                })
                .start();
        assertThat(granted.await(20, TimeUnit.SECONDS)).isTrue();
        client.close();
        assertThat(inCallback).containsExactly("still held, CLIENT_CLOSED");
        assertThat(election.state()).isEqualTo(LeaderElection.State.CLOSED);
    }

    @Test
    void clientThatIsClosedInACallbackCloses() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        CompletableFuture<Void> closed = new CompletableFuture<>();
        LeaderElection election = client.leaderElection("r")
                .onGranted(leadership -> {
                    client.close();
                    closed.complete(null);
                })
                .start();
        closed.get(20, TimeUnit.SECONDS);
        await().atMost(SOON).until(() -> election.state() == LeaderElection.State.CLOSED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void closeIsQuickIfTheCallbacksThatItWaitsForCloseToo(int elections) throws Exception {
        DflockdClient client = servers.client();
        for (int i = 0; i < elections; i++) {
            LeaderElection election = client.leaderElection(servers.key())
                    .onRevoked((leadership, reason) -> client.close())
                    .start();
            assertThat(election.await(SOON)).isTrue();
        }
        long start = System.nanoTime();
        client.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void leadersAndHeldLocksEndInTheSameTimeOfAClose() throws Exception {
        DflockdClient client = servers.client();
        CountDownLatch mayReturn = new CountDownLatch(1);
        Duration time = Duration.ofSeconds(3);
        for (int i = 0; i < 3; i++) {
            LeaderElection election = client.leaderElection(servers.key())
                    .withRevokeTimeout(time)
                    .onRevoked((leadership, reason) -> awaitQuietly(mayReturn))
                    .start();
            assertThat(election.await(SOON)).isTrue();
        }
        LockHandle held = client.lock(servers.key()).acquire();
        long start = System.nanoTime();
        client.close(time);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(time, time.plusMillis(2_500));
        assertThat(held.lossReason()).contains(LossReason.CLIENT_CLOSED);
        mayReturn.countDown();
    }

    // --- callbacks that block

    @Test
    void lossListenersThatBlockDoNotDelayTheEndOfALeadership() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        CountDownLatch mayReturn = new CountDownLatch(1);
        CountDownLatch called = new CountDownLatch(2);
        Candidate leader = leader("leader", client, Duration.ofSeconds(30));
        List<LockHandle> others = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            // Acquired after the leader, so they are told before it.
            others.add(client.lock("k" + i).acquire().onLost((lost, reason) -> {
                called.countDown();
                awaitQuietly(mayReturn);
            }));
        }
        server.faults().cut(holder(server));
        leader.awaitTold("revoked CONNECTION_LOST");
        assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(others).noneMatch(LockHandle::isHeld);
        mayReturn.countDown();
    }

    @Test
    void callbacksThatBlockHarmNoOtherElectionAndNoOtherCallback() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        CountDownLatch mayReturn = new CountDownLatch(1);
        AtomicInteger blocked = new AtomicInteger();
        int count = 4 * Runtime.getRuntime().availableProcessors();
        List<LeaderElection> elections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elections.add(client.leaderElection("blocked-" + i)
                    .onGranted(leadership -> {
                        blocked.incrementAndGet();
                        awaitQuietly(mayReturn);
                    })
                    .start());
        }
        await().atMost(SOON).until(() -> blocked.get() == count);
        Candidate free = leader("free", client, Duration.ofSeconds(30));
        LockHandle handle = client.lock("k").acquireAsync().get(20, TimeUnit.SECONDS);
        handle.close();
        free.election.leadership().orElseThrow().yield();
        free.awaitTold("revoked YIELDED");
        assertThat(elections).allMatch(LeaderElection::isLeader);
        mayReturn.countDown();
        free.election.close();
    }

    /** It is code of the user's, and asked again after it has failed. */
    @Test
    void shardingStrategyIsNotAskedOnTheLoop() throws Exception {
        String[] two = {servers.start().address(), servers.start().address()};
        List<String> threads = new CopyOnWriteArrayList<>();
        DflockdClient client = servers.client(settings -> settings.servers(two).sharding((key, count) -> {
            threads.add(Thread.currentThread().getName());
            if (threads.size() < 3) {
                throw new IllegalStateException("thrown by the test's strategy");
            }
            return 0;
        }));
        LeaderElection election = client.leaderElection("r").start();
        assertThat(election.await(SOON)).isTrue();
        assertThat(threads).hasSizeGreaterThanOrEqualTo(3).noneMatch(name -> name.startsWith("dflockd-loop"));
    }
}
