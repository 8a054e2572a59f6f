package io.dflockd.client;

import static io.dflockd.client.Latches.awaitQuietly;
import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestFault;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A close leaves nothing behind, interrupted or not, also on a server that keeps the locks of connections that ended.
 */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class CloseIntegrationTests {

    private static final int LOCKS = 50;

    @RegisterExtension
    private final TestServers servers = new TestServers();

    /** A server that frees nothing when a connection ends. */
    private TestServer keepingServer() {
        return servers.start(settings -> settings.autoReleaseOnDisconnect(false).defaultLease(Duration.ofSeconds(60)));
    }

    private DflockdClient clientOfKeepingServer() {
        return servers.client(settings -> settings.serverAutoRelease(false).requestTimeout(Duration.ofSeconds(3)));
    }

    private static List<LockHandle> acquire(DflockdClient client, int count) throws InterruptedException {
        List<LockHandle> handles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            handles.add(client.lock("k" + i).acquire());
        }
        return handles;
    }

    // --- interrupts

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeOfAnInterruptedThreadReleasesEverything(boolean drain) throws Exception {
        TestServer server = keepingServer();
        DflockdClient client = clientOfKeepingServer();
        List<LockHandle> handles = acquire(client, LOCKS);
        AtomicBoolean flag = new AtomicBoolean();
        Thread closing = new Thread(() -> {
            Thread.currentThread().interrupt();
            client.close(drain ? Duration.ofMillis(500) : Duration.ZERO);
            flag.set(Thread.currentThread().isInterrupted());
        });
        closing.start();
        closing.join(20_000);
        assertThat(server.view().holders()).as("left behind").isEmpty();
        assertThat(flag).as("the interrupt flag").isTrue();
        assertThat(handles).noneMatch(LockHandle::isHeld);
    }

    @Test
    void closeThatIsInterruptedReleasesEverything() throws Exception {
        TestServer server = keepingServer();
        DflockdClient client = clientOfKeepingServer();
        acquire(client, LOCKS);
        TestFault slow = server.faults()
                .inject(
                        Fault.delayRequest(Duration.ofMillis(500)),
                        FaultTarget.command("r").times(1));
        AtomicBoolean flag = new AtomicBoolean();
        Thread closing = new Thread(() -> {
            client.close();
            flag.set(Thread.currentThread().isInterrupted());
        });
        closing.start();
        slow.awaitHits(1, SOON);
        closing.interrupt();
        closing.join(20_000);
        assertThat(server.view().holders()).as("left behind").isEmpty();
        assertThat(flag).as("the interrupt flag").isTrue();
    }

    @Test
    void closeOfAnInterruptedThreadWaitsForGrantsOnTheirWay() throws Exception {
        TestServer server = keepingServer();
        DflockdClient client = clientOfKeepingServer();
        client.connect();
        TestFault slow = server.faults().inject(Fault.delay(Duration.ofMillis(300)), FaultTarget.command("l"));
        CompletableFuture<LockHandle> asked = client.lock("k").acquireAsync();
        slow.awaitHits(1, SOON);
        Thread closing = new Thread(() -> {
            Thread.currentThread().interrupt();
            client.close();
        });
        closing.start();
        closing.join(20_000);
        assertThat(server.view().holders()).as("left behind").isEmpty();
        assertThat(asked).isCompletedExceptionally();
    }

    // --- arguments

    @Test
    void drainTimeThatIsNullClosesNothing() throws Exception {
        servers.start();
        DflockdClient client = servers.client();
        LockHandle handle = client.lock("k").acquire();
        assertThatNullPointerException().isThrownBy(() -> client.close(null));
        assertThat(client.isClosed()).isFalse();
        assertThat(handle.renewAsync().get(10, TimeUnit.SECONDS)).isTrue();
        client.close();
        assertThat(handle.lossReason()).contains(LossReason.CLIENT_CLOSED);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1})
    void negativeDrainTimeClosesNow(long seconds) throws Exception {
        servers.start();
        DflockdClient client = servers.client();
        LockHandle handle = client.lock("k").acquire();
        client.close(Duration.ofSeconds(seconds));
        assertThat(handle.lossReason()).contains(LossReason.CLIENT_CLOSED);
    }

    // --- closes of several threads

    /** Also by a thread that is interrupted: it does not wait, but it ends the drain. */
    @ParameterizedTest
    @CsvSource({"0, false", "0, true", "200, false", "200, true"})
    void shortestDrainTimeWins(int millis, boolean interrupted) throws Exception {
        servers.start();
        DflockdClient client = servers.client();
        LockHandle handle = client.lock("k").acquire();
        Thread draining = new Thread(() -> client.close(Duration.ofHours(1)));
        draining.start();
        await().atMost(SOON).until(client::isClosed);
        Thread closing = new Thread(() -> {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            client.close(Duration.ofMillis(millis));
        });
        closing.start();
        closing.join(20_000);
        draining.join(20_000);
        assertThat(closing.isAlive() || draining.isAlive()).isFalse();
        assertThat(handle.lossReason()).contains(LossReason.CLIENT_CLOSED);
    }

    @Test
    void longerDrainTimeOfAnotherThreadWaitsForTheClose() throws Exception {
        servers.start();
        DflockdClient client = servers.client();
        LockHandle handle = client.lock("k").acquire();
        List<Thread> closing = new ArrayList<>();
        for (int hours = 1; hours <= 3; hours++) {
            Duration drain = Duration.ofHours(hours);
            Thread thread = new Thread(() -> client.close(drain));
            closing.add(thread);
            thread.start();
        }
        await().atMost(SOON).until(client::isClosed);
        assertThat(closing).allMatch(Thread::isAlive);
        assertThat(handle.release()).as("released while the client drains").isTrue();
        for (Thread thread : closing) {
            thread.join(20_000);
        }
        assertThat(closing).noneMatch(Thread::isAlive);
    }

    // --- servers that are away for a moment

    /** Refuses new connections and cuts those that there are; the locks stay. */
    private static TestFault goAway(TestServer server) {
        TestFault away = server.faults().refuseConnections();
        server.view().connections().forEach(connection -> server.faults().cut(connection.id()));
        return away;
    }

    private static void comeBackAfter(TestFault away, long millis) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(away::remove);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 700, 2500})
    void keyIsFreeSoonAfterItsServerIsBack(int awayMillis) throws Exception {
        TestServer server = keepingServer();
        DflockdClient client = clientOfKeepingServer();
        LockHandle handle = client.lock("k").acquire();
        TestFault away = goAway(server);
        await().atMost(SOON).until(() -> !handle.isHeld());
        comeBackAfter(away, awayMillis);
        // It is either freed by its name, or held again until it is closed.
        await().atMost(Duration.ofSeconds(10))
                .until(() -> server.view().holders("k").isEmpty() || handle.isHeld());
        handle.close();
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(server.view().holders("k")).isEmpty());
        assertThat(handle.isHeld()).isFalse();
    }

    @Test
    void closeReleasesWhatAServerKeptThatWasAway() throws Exception {
        TestServer server = keepingServer();
        DflockdClient client = clientOfKeepingServer();
        List<LockHandle> handles = acquire(client, 5);
        TestFault away = goAway(server);
        await().atMost(SOON).until(() -> handles.stream().noneMatch(LockHandle::isHeld));
        comeBackAfter(away, 700);
        client.close();
        assertThat(server.view().holders()).as("left behind").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 700})
    void releaseThatIsLostWithItsConnectionIsMadeUpFor(int awayMillis) throws Exception {
        TestServer server = keepingServer();
        DflockdClient client = clientOfKeepingServer();
        LockHandle handle = client.lock("k").acquire();
        server.faults().inject(Fault.cut(), FaultTarget.command("r").times(1));
        TestFault away = server.faults().refuseConnections();
        comeBackAfter(away, awayMillis);
        handle.release();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(server.view().holders("k")).isEmpty());
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
    }

    @Test
    void releaseWhileTheServerIsAwayIsMadeUpFor() throws Exception {
        TestServer server = keepingServer();
        DflockdClient client = clientOfKeepingServer();
        LockHandle handle = client.lock("k").acquire();
        TestFault away = goAway(server);
        await().atMost(SOON).until(() -> !handle.isHeld());
        handle.close();
        comeBackAfter(away, 700);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(server.view().holders("k")).isEmpty());
    }

    // --- losses that are found while a client closes

    /** Callers look at handles past their deadline while the client closes: either finds each loss, and it is told once. */
    @Test
    void lossFoundByACallerDuringTheCloseIsToldOnce() throws Exception {
        servers.start();
        int count = 40;
        for (int round = 0; round < 15; round++) {
            AdjustableClock clock = new AdjustableClock();
            DflockdClient client = servers.client(settings -> settings.ticker(clock));
            Map<String, AtomicInteger> told = new ConcurrentHashMap<>();
            List<LockHandle> handles = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                LockHandle handle =
                        client.lock("k" + round + "-" + i).withoutRenewal().acquire();
                handle.onLost((lost, reason) -> told.computeIfAbsent(lost.key(), key -> new AtomicInteger())
                        .incrementAndGet());
                handles.add(handle);
            }
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<Void> looking = CompletableFuture.runAsync(() -> {
                try {
                    go.await(10, TimeUnit.SECONDS);
                } catch (InterruptedException ex) {
                    throw new IllegalStateException(ex);
                }
                clock.jump(Duration.ofMinutes(5));
                handles.forEach(LockHandle::isHeld);
            });
            Thread closing = new Thread(client::close);
            closing.start();
            go.countDown();
            looking.get(10, TimeUnit.SECONDS);
            closing.join(20_000);
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(
                            () -> assertThat(told).as("losses that were told").hasSize(count));
            assertThat(told.values()).allMatch(times -> times.get() == 1, "told once");
        }
    }

    // --- futures

    @Test
    void noFutureOutlivesTheClose() throws Exception {
        TestServer server = servers.start();
        LockHandle held = servers.client(server).lock("busy").acquire();
        DflockdClient client = servers.client(server);
        LockHandle handle = client.lock("held").acquire();
        server.faults().inject(Fault.stall(), FaultTarget.command("stats", "signal", "listen", "e", "n", "r"));
        Map<String, CompletableFuture<?>> futures = new ConcurrentHashMap<>();
        futures.put("acquire", client.lock("busy").acquireAsync());
        server.await(view -> !view.waiters("busy").isEmpty(), SOON);
        futures.put("stats", client.statsAsync(client.servers().get(0)));
        futures.put("emit", client.signals().emitAsync("c", "x"));
        futures.put("ready", client.signals().subscribe("c", signal -> {}).ready());
        futures.put("enqueue", client.lock("other").enqueueAsync());
        futures.put("renew", handle.renewAsync());
        futures.put("release", handle.releaseAsync());
        client.close();
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(futures)
                        .allSatisfy(
                                (verb, future) -> assertThat(future).as(verb).isDone()));
        held.close();
    }

    /** Those of a lock that is suspended, a place, a subscription that is being closed, and an election. */
    @Test
    void noFutureOfWhatIsUnderWayOutlivesTheClose() throws Exception {
        TestServer server = keepingServer();
        DflockdClient client = clientOfKeepingServer();
        LockHandle busy = servers.client(server).lock("busy").acquire();
        CountDownLatch handling = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Map<String, CompletableFuture<?>> futures = new ConcurrentHashMap<>();
        if (TestServer.haveSignals()) {
            SignalSubscription subscription = client.signals().subscribe("c", signal -> {
                handling.countDown();
                awaitQuietly(go);
            });
            subscription.ready().get(10, TimeUnit.SECONDS);
            client.signals().emit("c", "x");
            assertThat(handling.await(10, TimeUnit.SECONDS)).isTrue();
            futures.put("close of a subscription", subscription.closeAsync(Duration.ofMinutes(10)));
        }
        futures.put("await", client.lock("busy").enqueue().awaitAsync(Duration.ofMinutes(10)));
        LeaderElection election = client.leaderElection("r")
                .withRevokeTimeout(Duration.ofSeconds(1))
                .onRevoked((leadership, reason) -> awaitQuietly(go))
                .start();
        assertThat(election.await(SOON)).isTrue();
        futures.put("close of an election", election.closeAsync());
        LockHandle handle = client.lock("k").acquire();
        goAway(server);
        await().atMost(SOON).until(() -> handle.state() == LockHandle.State.SUSPENDED);
        futures.put("held", handle.heldAsync());
        futures.put("renew", handle.renewAsync());
        futures.put("renew with another lease", handle.renewAsync(Duration.ofSeconds(40)));
        try {
            client.close();
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(futures)
                            .allSatisfy((verb, future) ->
                                    assertThat(future).as(verb).isDone()));
        } finally {
            go.countDown();
        }
        server.faults().clear();
        busy.close();
        // The server was away when the client said that it is over.
        servers.mayLeaveTraces();
    }

    // --- listeners

    @Test
    void eventsThatWaitAtTheCloseDoNotKeepTheirThread() throws Exception {
        AdjustableClock clock = new AdjustableClock();
        CountDownLatch go = new CountDownLatch(1);
        List<String> told = new CopyOnWriteArrayList<>();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        DflockdClient client = servers.client(settings -> settings.ticker(clock).listener(new DflockdClientListener() {
            @Override
            public void connected(ServerAddress server, boolean reconnect) {
                thread.complete(Thread.currentThread());
                told.add("connected");
                try {
                    go.await();
                } catch (InterruptedException ex) {
                    told.add("interrupted");
                }
            }

            @Override
            public void acquired(Subject subject, Duration waited) {
                told.add("acquired");
            }
        }));
        client.lock(servers.key()).acquire().close();
        Thread busy = thread.get(20, TimeUnit.SECONDS);
        client.close();
        clock.jump(Duration.ofSeconds(6));
        go.countDown();
        busy.join(20_000);
        assertThat(busy.isAlive()).isFalse();
        assertThat(told).containsExactly("connected");
    }

    @Test
    void eventsThatWaitAtTheCloseAreTold() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(new DflockdClientListener() {
                    @Override
                    public void connected(ServerAddress server, boolean reconnect) {
                        try {
                            go.await();
                        } catch (InterruptedException ex) {
                            Thread.currentThread().interrupt();
                        }
                    }
                })
                .listener(events));
        client.lock(servers.key()).acquire().close();
        client.close();
        go.countDown();
        await().atMost(SOON).until(() -> events.count("disconnected") == 1);
        assertThat(events.all()).hasSize(4);
    }
}
