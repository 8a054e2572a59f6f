package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.LockHandle.State;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.ConnectionView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that end at a server that keeps the locks of lost connections. */
@Timeout(180)
class SuspensionIntegrationTests {

    /** A client whose connections are cut all the time connects every 2 s only. */
    private static final int CUTS = TestServers.soak() ? 200 : 40;

    private static final int KEPT = 20;

    private static final int WORKERS = 6;

    @RegisterExtension
    final TestServers servers = new TestServers();

    private final Events events = new Events();

    private TestServer server() {
        return servers.start(settings -> settings.autoReleaseOnDisconnect(false));
    }

    private DflockdClient client() {
        return servers.client(settings -> settings.serverAutoRelease(false).listener(events));
    }

    private static void cutHolderOf(TestServer server, String key) {
        server.faults().cut(server.view().holders(key).get(0).connectionId());
    }

    @Test
    void lockOutlivesItsConnection() throws Exception {
        TestServer server = server();
        LockHandle handle = client().lock("k").acquire();
        String token = handle.token();
        cutHolderOf(server, "k");
        await().atMost(SOON).until(() -> events.count("suspended") == 1);
        assertThat(handle.awaitHeld(SOON)).isTrue();
        assertThat(handle.token()).isEqualTo(token);
        await().atMost(SOON).until(() -> events.count("resumed") == 1);
        assertThat(events.count("lost")).isZero();
        assertThat(handle.renewAsync().get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.release()).isTrue();
        assertThat(server.view().holders("k")).isEmpty();
    }

    @Test
    void serverThatWasRestartedHasForgottenIt() throws Exception {
        TestServer server = server();
        DflockdClient client = client();
        List<LockHandle> held = new ArrayList<>();
        for (int i = 0; i < KEPT; i++) {
            held.add(client.lock("kept-" + i).acquire());
        }
        server.restart();
        await().atMost(SOON).until(() -> events.count("lost") == KEPT);
        for (LockHandle handle : held) {
            assertThat(handle.awaitHeld(SOON)).isFalse();
            assertThat(handle.lossReason()).contains(LossReason.REJECTED);
            assertThatExceptionOfType(LockLostException.class).isThrownBy(handle::ensureHeld);
        }
        assertThat(events.count("suspended")).isEqualTo(KEPT);
        assertThat(events.count("resumed")).isZero();
    }

    @Test
    void serverThatIsAwaySuspendsUntilTheLeaseEnds() throws Exception {
        TestServer server = server();
        LockHandle handle = client().lock("k").withLease(Duration.ofSeconds(2)).acquire();
        server.faults().refuseConnections();
        cutHolderOf(server, "k");
        await().atMost(SOON).until(() -> handle.state() == State.SUSPENDED);
        assertThatExceptionOfType(LockSuspendedException.class).isThrownBy(handle::ensureHeld);
        assertThat(handle.awaitHeld(SOON)).isFalse();
        assertThat(handle.lossReason()).contains(LossReason.LEASE_EXPIRED);
        await().atMost(SOON).until(() -> events.count("lost") == 1);
        server.faults().clear();
    }

    @Test
    void releaseWhileSuspendedIsRepeatedUntilTheServerHasIt() throws Exception {
        TestServer server = server();
        LockHandle handle = client().lock("k").acquire();
        server.faults().refuseConnections();
        cutHolderOf(server, "k");
        await().atMost(SOON).until(() -> handle.state() == State.SUSPENDED);
        Future<Boolean> released = handle.releaseAsync();
        assertThat(server.view().holders("k")).hasSize(1);
        server.faults().clear();
        assertThat(released.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(server.view().holders("k")).isEmpty();
    }

    /** A suspension that begins while the wait for another one ends. */
    @Test
    void waitWithoutALimitDoesNotEndWhileItIsSuspended() throws Exception {
        TestServer server = server();
        LockHandle handle = client().lock("k").acquire();
        CompletableFuture<Void> cuts = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 50; i++) {
                server.view()
                        .connections()
                        .forEach(connection -> server.faults().cut(connection.id()));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(60));
            }
        });
        int waits = 0;
        while (!cuts.isDone()) {
            waits++;
            assertThat(handle.awaitHeldUninterruptibly())
                    .as("wait %s, %s", waits, handle.lossReason())
                    .isTrue();
        }
        cuts.get();
        assertThat(handle.release()).isTrue();
    }

    static Stream<CallbackExecutors> executors() {
        return CallbackExecutors.all();
    }

    @ParameterizedTest
    @MethodSource("executors")
    void verdictIsNotToldOnTheLoop(CallbackExecutors executor) throws Exception {
        TestServer server = server();
        LockHandle handle = servers.client(settings -> executor.in(settings).serverAutoRelease(false))
                .lock("k")
                .acquire();
        server.faults().refuseConnections();
        cutHolderOf(server, "k");
        await().atMost(SOON).until(() -> handle.state() == State.SUSPENDED);
        CompletableFuture<String> held = handle.heldAsync()
                .thenApply(isHeld -> isHeld + " on " + Thread.currentThread().getName());
        CompletableFuture<String> renewed = handle.renewAsync()
                .thenApply(isHeld -> isHeld + " on " + Thread.currentThread().getName());
        server.faults().clear();
        assertThat(held.get(10, TimeUnit.SECONDS)).startsWith("true on ").doesNotContain("dflockd-loop");
        assertThat(renewed.get(10, TimeUnit.SECONDS)).startsWith("true on ").doesNotContain("dflockd-loop");
        handle.release();
    }

    /** Some locks are held all the time, and workers compete for others. Each cut hits a random connection. */
    @Test
    void connectionsThatAreCutUnderLoadNeverMakeTwoOwners() throws Exception {
        TestServer server = server();
        DflockdClient client = client();
        List<LockHandle> kept = new ArrayList<>();
        for (int i = 0; i < KEPT; i++) {
            kept.add(client.lock("kept-" + i).acquire());
        }
        List<String> tokens = kept.stream().map(LockHandle::token).toList();
        Load load = new Load(client);
        ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                String key = "busy-" + i % 2;
                workers.add(threads.submit(() -> {
                    load.work(key);
                    return null;
                }));
            }
            Random random = new Random(7);
            for (int i = 0; i < CUTS; i++) {
                // A lock that was resumed still belongs to its first connection, for the server.
                server.await(view -> !view.connections().isEmpty(), SOON);
                List<ConnectionView> open = server.view().connections();
                server.faults().cut(open.get(random.nextInt(open.size())).id());
                for (LockHandle handle : kept) {
                    assertThat(handle.awaitHeld(SOON))
                            .as("%s after cut %s", handle, i)
                            .isTrue();
                }
                load.awaitRun(Duration.ofMillis(250));
            }
            load.stopped.set(true);
            for (Future<?> worker : workers) {
                worker.get(60, TimeUnit.SECONDS);
            }
        } finally {
            load.stopped.set(true);
            threads.shutdownNow();
        }
        assertThat(load.overlaps).hasValue(0);
        assertThat(load.runs.get()).isPositive();
        assertThat(kept).extracting(LockHandle::token).isEqualTo(tokens);
        assertThat(kept).allMatch(LockHandle::isHeld);
        assertThat(events.count("suspended")).isGreaterThanOrEqualTo(KEPT);
        System.out.printf(
                "%d cuts: %d of %d kept locks survived; %d short holds, of which %d were lost, %d requests without a connection;"
                        + " %d suspensions, %d resumed%n",
                CUTS,
                kept.stream().filter(LockHandle::isHeld).count(),
                KEPT,
                load.runs.get(),
                load.lost.get(),
                load.failed.get(),
                events.count("suspended"),
                events.count("resumed"));
        kept.forEach(LockHandle::close);
    }

    private static final class Load {

        private final DflockdClient client;

        private final AtomicBoolean stopped = new AtomicBoolean();

        private final AtomicInteger runs = new AtomicInteger();

        private final AtomicInteger lost = new AtomicInteger();

        private final AtomicInteger failed = new AtomicInteger();

        private final AtomicInteger overlaps = new AtomicInteger();

        private final Map<String, LockHandle> lastOwner = new ConcurrentHashMap<>();

        Load(DflockdClient client) {
            this.client = client;
        }

        /** Waits for a short hold, so that the next cut meets one more; in vain if a lock is kept for a grant that was cut. */
        void awaitRun(Duration atMost) {
            int before = runs.get();
            long start = System.nanoTime();
            while (runs.get() == before && System.nanoTime() - start < atMost.toNanos()) {
                LockSupport.parkNanos(1_000_000);
            }
        }

        /** A grant that a cut swallows is kept until its lease ends, so the lease is short; others may wait for several. */
        private Optional<LockHandle> tryAcquire(String key) throws InterruptedException {
            try {
                return client.lock(key).withLease(Duration.ofSeconds(2)).tryAcquire(Duration.ofSeconds(5));
            } catch (DflockdConnectionException ex) {
                // The time was over just after a cut.
                failed.incrementAndGet();
                return Optional.empty();
            }
        }

        void work(String key) throws InterruptedException {
            while (!stopped.get()) {
                Optional<LockHandle> acquired = tryAcquire(key);
                if (acquired.isEmpty()) {
                    continue;
                }
                try (LockHandle handle = acquired.get()) {
                    LockHandle before = lastOwner.put(key, handle);
                    if (before != null && before.isHeld()) {
                        overlaps.incrementAndGet();
                    }
                    runs.incrementAndGet();
                    int steps = ThreadLocalRandom.current().nextInt(200);
                    for (int i = 0; i < steps; i++) {
                        Thread.onSpinWait();
                        if (!handle.awaitHeld(Duration.ofSeconds(5))) {
                            lost.incrementAndGet();
                            break;
                        }
                    }
                }
            }
        }
    }
}
