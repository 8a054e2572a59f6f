package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestFault;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.Generation;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Servers that are down, restart, hang or vanish: who can wait waits, who cannot is told, and nobody else suffers. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class SurvivalIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void serverThatIsDownAtFirstIsWaitedForWithinTheTimeout() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        server.stop();
        CompletableFuture<LockHandle> asked = client.lock("k").acquireAsync();
        await().during(Duration.ofMillis(400)).until(() -> !asked.isDone());
        server.start();
        LockHandle handle = asked.get(20, TimeUnit.SECONDS);
        assertThat(handle.isHeld()).isTrue();
        handle.close();
    }

    @Test
    void tryAgainstAServerThatIsDownFailsAtOnce() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        server.stop();
        assertThatExceptionOfType(ServerUnreachableException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire());
    }

    @Test
    void serverThatStaysDownIsAConnectionErrorWhenTheTimeIsOver() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        server.stop();
        long before = System.nanoTime();
        assertThatExceptionOfType(ServerUnreachableException.class)
                .isThrownBy(() -> client.lock("k")
                        .withAcquireTimeout(Duration.ofMillis(600))
                        .acquire())
                .withMessageContaining("'k'")
                .withMessageContaining("600 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(590), Duration.ofSeconds(5));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() ->
                        client.lock("k").tryAcquireAsync(Duration.ofMillis(300)).get(20, TimeUnit.SECONDS))
                .withCauseInstanceOf(ServerUnreachableException.class);
    }

    @Test
    void restartWhileHeldLosesTheLockOnceAndItCanBeAcquiredAgain() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        LockHandle handle = client.lock("k").acquire();
        List<LossReason> reasons = new CopyOnWriteArrayList<>();
        handle.onLost((lost, reason) -> reasons.add(reason));
        server.restart();
        await().atMost(SOON).until(() -> events.count("lost") == 1);
        try (LockHandle again = client.lock("k").acquire()) {
            assertThat(again.isHeld()).isTrue();
            assertThat(handle.isHeld()).isFalse();
        }
        await().atMost(SOON).until(() -> reasons.equals(List.of(LossReason.CONNECTION_LOST)));
        await().atMost(SOON).until(() -> events.count("connected again") == 1);
    }

    @Test
    void restartWhileWaitingQueuesAgainWithinTheTimeout() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        DflockdClient other = servers.client(server);
        LockHandle before = other.lock("k").acquire();
        List<CompletableFuture<LockHandle>> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(client.lock("k").acquireAsync());
        }
        ServerState.awaitWaiters(other, "k", 10);
        server.kill();
        await().during(Duration.ofMillis(300)).until(() -> waiting.stream().noneMatch(CompletableFuture::isDone));
        server.start();
        assertThat(before.isHeld()).isFalse();
        for (CompletableFuture<LockHandle> one : waiting) {
            one.thenAccept(LockHandle::close);
        }
        for (CompletableFuture<LockHandle> one : waiting) {
            one.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void orderlyShutdownMovesWaitersOnToTheNextServer() throws Exception {
        for (Generation generation : Generation.values()) {
            TestServer server =
                    servers.start(settings -> settings.generation(generation).shutdownTimeout(Duration.ofMillis(200)));
            DflockdClient client = servers.client(server);
            LockHandle before = servers.client(server).lock("k").acquire();
            CompletableFuture<LockHandle> waiting = client.lock("k").acquireAsync();
            server.await(view -> view.waiters("k").size() == 1, SOON);
            server.shutdown().get(20, TimeUnit.SECONDS);
            server.stop();
            server.start();
            waiting.get(20, TimeUnit.SECONDS).close();
            assertThat(before.isHeld()).isFalse();
        }
    }

    @Test
    void drainingServerIsAskedAgainByWhoWaitsAndReportedToWhoTries() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        server.faults().inject(Fault.draining(), FaultTarget.command("l").times(2));
        assertThatExceptionOfType(DflockdConnectionException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire())
                .withMessageContaining("shutting down");
        client.lock("k").acquire().close();
    }

    @Test
    void hungServerIsARequestTimeoutAndNotBusy() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.requestTimeout(Duration.ofMillis(400)));
        client.connect();
        try (TestFault stall = server.faults().stall()) {
            assertThatExceptionOfType(RequestTimeoutException.class)
                    .isThrownBy(() -> client.lock("k").tryAcquire())
                    .withMessageContaining("400 ms");
            assertThatExceptionOfType(RequestTimeoutException.class)
                    .isThrownBy(() -> client.lock("k").tryAcquire(Duration.ofMillis(300)));
            assertThatExceptionOfType(RequestTimeoutException.class)
                    .isThrownBy(() -> client.lock("k")
                            .withAcquireTimeout(Duration.ofMillis(300))
                            .acquire());
            assertThat(stall.hits()).isNotNegative();
        }
        client.lock("k").acquire().close();
    }

    @Test
    void hungServerIsGivenUpAndReachedAgainWhenItComesBack() throws Exception {
        TestServer server = servers.start(settings -> settings.readTimeout(Duration.ofSeconds(2)));
        Relay relay = servers.relay(server);
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.servers(relay.address())
                .listener(events)
                .serverReadTimeout(Duration.ofSeconds(2))
                .keepAliveInterval(Duration.ofMillis(600))
                .waitConnectionIdle(Duration.ofSeconds(1)));
        LockHandle handle = client.lock("k").acquire();
        relay.silence();
        await().atMost(SOON).until(() -> events.count("disconnected RequestTimeoutException") == 1);
        assertThat(handle.lossReason()).contains(LossReason.SERVER_SILENT);
        relay.resume();
        client.lock("k").acquire().close();
    }

    @Test
    void waitOnASilentPathIsAskedAgainOnceTheConnectionIsGivenUp() throws Exception {
        TestServer server = servers.start(settings -> settings.readTimeout(Duration.ofSeconds(2)));
        DflockdClient client = servers.client(settings -> settings.serverReadTimeout(Duration.ofSeconds(2))
                .keepAliveInterval(Duration.ofMillis(600))
                .waitConnectionIdle(Duration.ofSeconds(1)));
        client.connect();
        // The session hangs with the request on it: it is given up, and the request asked anew.
        server.faults().stall(server.view().connections().get(0).id());
        LockHandle handle = client.lock("k").acquire();
        assertThat(handle.isHeld()).isTrue();
        handle.close();
    }

    @Test
    void halfOpenConnectionIsNoticedByTheNextRequestOrKeepAlive() throws Exception {
        TestServer server = servers.start(settings -> settings.readTimeout(Duration.ofSeconds(2)));
        Relay relay = servers.relay(server);
        DflockdClient client = servers.client(settings -> settings.servers(relay.address())
                .serverReadTimeout(Duration.ofSeconds(2))
                .keepAliveInterval(Duration.ofMillis(600))
                .waitConnectionIdle(Duration.ofSeconds(1)));
        client.lock("k").acquire().close();
        relay.silence();
        server.await(view -> view.connections().isEmpty(), SOON);
        await().atMost(SOON)
                .until(() -> client.snapshot().connections().values().stream().allMatch(count -> count == 0));
        relay.resume();
        client.lock("k").acquire().close();
    }

    @Test
    void attemptsToReachADeadServerAreSharedAndBackedOff() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client =
                servers.client(settings -> settings.listener(events).acquireTimeout(Duration.ofSeconds(4)));
        server.stop();
        List<CompletableFuture<LockHandle>> asked = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            asked.add(client.lock("k" + i).acquireAsync());
        }
        for (CompletableFuture<LockHandle> one : asked) {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> one.get(20, TimeUnit.SECONDS))
                    .withCauseInstanceOf(ServerUnreachableException.class);
        }
        // 50, 100, 200, 400, 800, 1600 ms apart, less jitter.
        assertThat(events.count("connectFailed")).isBetween(3L, 12L);
    }

    @Test
    void attemptsToReachAServerThatClosesAtOnceAreBackedOff() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.acquireTimeout(Duration.ofSeconds(3)));
        TestFault closing = server.faults().closeAfterAccept(1_000_000);
        List<CompletableFuture<LockHandle>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            asked.add(client.lock("k" + i).acquireAsync());
        }
        for (CompletableFuture<LockHandle> one : asked) {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> one.get(20, TimeUnit.SECONDS))
                    .withCauseInstanceOf(DflockdConnectionException.class);
        }
        assertThat(closing.hits()).isBetween(2L, 15L);
    }

    // --- balancers that accept, let an answer pass, and hang up

    private ScriptedServer hangsUpAfter(String command) {
        return servers.scripted((peer, request) -> {
            peer.say(ScriptedServer.answer(request));
            if (request.is(command)) {
                peer.end();
            }
        });
    }

    private static void assertIsDialledNowAndThen(ScriptedServer server) {
        await().atMost(SOON).until(() -> server.accepted() >= 4);
        await().during(Duration.ofSeconds(3)).atMost(SOON).until(() -> server.accepted() < 14);
    }

    @Test
    void serverThatConfirmsASuspendedLockAndHangsUpIsDialledLessAndLessOften() throws Exception {
        ScriptedServer server = hangsUpAfter("n");
        DflockdClient client =
                servers.client(settings -> settings.servers(server.address()).serverAutoRelease(false));
        LockHandle handle = client.lock("k").acquire();
        assertThat(handle.renewAsync()).isNotNull();
        assertIsDialledNowAndThen(server);
    }

    @Test
    void serverThatConfirmsASubscriptionAndHangsUpIsDialledLessAndLessOften() throws Exception {
        ScriptedServer server = hangsUpAfter("listen");
        DflockdClient client = servers.client(server);
        try (SignalSubscription subscription = client.signals().subscribe("a", signal -> {})) {
            assertIsDialledNowAndThen(server);
            assertThat(subscription.isClosed()).isFalse();
        }
    }

    @Test
    void serverThatGrantsALeadershipAndHangsUpIsDialledLessAndLessOften() throws Exception {
        ScriptedServer server = hangsUpAfter("l");
        DflockdClient client = servers.client(server);
        LeaderElection election =
                client.leaderElection("r").onGranted(leadership -> {}).start();
        assertIsDialledNowAndThen(server);
        assertThat(election.state()).isNotEqualTo(LeaderElection.State.CLOSED);
    }

    @Test
    void deadServerCostsNoProcessorTimeAndOneLoss() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        AtomicReference<Thread> loop = new AtomicReference<>();
        DflockdClient client = servers.client(settings -> settings.listener(events)
                .acquireTimeout(Duration.ofSeconds(4))
                .ticker(() -> {
                    if (Thread.currentThread().getName().startsWith("dflockd-loop")) {
                        loop.set(Thread.currentThread());
                    }
                    return System.nanoTime();
                }));
        LockHandle handle = client.lock("k").withLease(Duration.ofSeconds(2)).acquire();
        server.stop();
        await().atMost(SOON).until(() -> !handle.isHeld());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getThreadCpuTime(loop.get().getId());
        assertThatExceptionOfType(ServerUnreachableException.class)
                .isThrownBy(() -> client.lock("k").acquire());
        Duration used = Duration.ofNanos(threads.getThreadCpuTime(loop.get().getId()) - before);
        assertThat(used).as("processor time of four seconds").isLessThan(Duration.ofSeconds(1));
        assertThat(events.count("lost")).isEqualTo(1);
        assertThat(handle.lossReason()).contains(LossReason.CONNECTION_LOST);
    }

    @Test
    void deadShardHurtsOnlyItsOwnKeys() throws Exception {
        TestServer dead = servers.start();
        TestServer alive = servers.start();
        DflockdClient client = servers.client(settings -> settings.servers(dead.address(), alive.address())
                .sharding((key, count) -> key.startsWith("dead") ? 0 : 1));
        LockHandle lost = client.lock("dead1").acquire();
        LockHandle kept = client.lock("alive1").acquire();
        dead.stop();
        await().atMost(SOON).until(() -> !lost.isHeld());
        CompletableFuture<LockHandle> hopeless = client.lock("dead2").acquireAsync();
        for (int i = 0; i < 50; i++) {
            client.lock("alive-" + i).acquire().close();
        }
        assertThat(kept.isHeld()).isTrue();
        assertThat(kept.release()).isTrue();
        hopeless.cancel(true);
        assertThatExceptionOfType(DflockdConnectionException.class).isThrownBy(client::stats);
        assertThat(client.statsAsync(ServerAddress.parse(alive.address()))
                        .get(20, TimeUnit.SECONDS)
                        .connections())
                .isPositive();
    }

    @Test
    void hungShardHurtsOnlyItsOwnKeys() throws Exception {
        TestServer hung = servers.start();
        TestServer alive = servers.start();
        DflockdClient client = servers.client(settings -> settings.servers(hung.address(), alive.address())
                .requestTimeout(Duration.ofMillis(300))
                .sharding((key, count) -> key.startsWith("hung") ? 0 : 1));
        client.connect();
        try (TestFault stall = hung.faults().stall()) {
            CompletableFuture<LockHandle> hopeless = client.lock("hung").acquireAsync();
            for (int i = 0; i < 50; i++) {
                client.lock("alive-" + i).acquire().close();
            }
            assertThat(hopeless).isNotDone();
            assertThat(stall.hits()).isNotNegative();
            hopeless.cancel(true);
        }
    }

    @Test
    void waitOnConnectionsThatBreakEndsWithoutASecondGrant() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        LockHandle before = servers.client(server).lock("k").acquire();
        CompletableFuture<LockHandle> waiting = client.lock("k").acquireAsync();
        for (int i = 0; i < 5; i++) {
            server.await(view -> view.waiters("k").stream().anyMatch(waiter -> waiter.blocked()), SOON);
            long soFar = server.view().count("l");
            server.faults().reset(server.view().waiters("k").get(0).connectionId());
            server.await(view -> view.count("l") > soFar, SOON);
        }
        before.close();
        LockHandle handle = waiting.get(20, TimeUnit.SECONDS);
        assertThat(server.view().holders("k")).hasSize(1);
        handle.close();
    }

    @Test
    void oldEntryInTheQueueDoesNotKeepTheLockFromTheNewOne() throws Exception {
        TestServer server = servers.start();
        Relay relay = servers.relay(server);
        DflockdClient client = servers.client(relay);
        LockHandle before = servers.client(server).lock("k").acquire();
        CompletableFuture<LockHandle> waiting = client.lock("k").acquireAsync();
        server.await(view -> view.waiters("k").size() == 1, SOON);
        long ghost = server.view().waiters("k").get(0).connectionId();
        relay.cut();
        // Before 1.15, the server does not look at a connection that is blocked: the old entry is before the new one.
        ServerState.awaitWaiterAfter(server, "k", ghost);
        before.close();
        LockHandle handle = waiting.get(20, TimeUnit.SECONDS);
        assertThat(handle.isHeld()).isTrue();
        assertThat(server.view().holders("k")).hasSize(1);
        handle.close();
    }
}
