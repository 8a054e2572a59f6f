package io.dflockd.client;

import static io.dflockd.client.Latches.awaitQuietly;
import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a callback executor does: futures are completed, once, and never on the event loop, and a lock is held by its
 * holder or free.
 */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class CallbackExecutorIntegrationTests {

    private static final String LOOP = "dflockd-loop";

    @RegisterExtension
    private final TestServers servers = new TestServers();

    static Stream<Arguments> executorsAndVerbs() {
        return CallbackExecutors.all()
                .flatMap(executor -> Stream.of(AsyncVerb.values()).map(verb -> Arguments.of(executor, verb)));
    }

    static Stream<CallbackExecutors> executors() {
        return CallbackExecutors.all();
    }

    private static <T> T soon(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(10, TimeUnit.SECONDS);
        } catch (TimeoutException ex) {
            throw new AssertionError("not completed within 10 s", ex);
        }
    }

    // --- on which thread

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("executorsAndVerbs")
    void continuationRunsButNotOnTheLoop(CallbackExecutors executor, AsyncVerb verb) throws Exception {
        // Elsewhere it stays open until the subscription is closed.
        assumeTrue(verb != AsyncVerb.SUBSCRIPTION_READY || TestServer.haveSignals(), "the server has no signals");
        TestServer server = servers.start();
        Relay relay = servers.relay(server);
        DflockdClient client = servers.client(
                settings -> executor.in(settings).servers(relay.address()).requestTimeout(Duration.ofSeconds(1)));
        LockHandle other = client.lock("other").acquire();
        // A continuation is to be attached before the answer comes.
        relay.slow(Duration.ofMillis(25));
        CompletableFuture<String> thread = new CompletableFuture<>();
        verb.call(new AsyncVerb.Scene(server, client))
                .whenComplete((value, failure) ->
                        thread.complete(Thread.currentThread().getName()));
        assertThat(soon(thread)).doesNotStartWith(LOOP);
        if (!client.isClosed() && verb != AsyncVerb.RELEASE_WITHOUT_AN_ANSWER) {
            assertThat(other.isHeld()).as("a lock of the same session").isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("executors")
    void continuationOfTheRenewalOfAnEndedHandleIsNotOnTheLoop(CallbackExecutors executor) throws Exception {
        servers.start();
        DflockdClient client = servers.client(executor::in);
        LockHandle ended = client.lock("k").acquire();
        ended.close();
        List<CompletableFuture<String>> threads = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            threads.add(ended.renewAsync()
                    .thenApply(renewed -> Thread.currentThread().getName()));
        }
        for (CompletableFuture<String> thread : threads) {
            assertThat(soon(thread)).doesNotStartWith(LOOP);
        }
    }

    @ParameterizedTest
    @MethodSource("executors")
    void continuationMayBlockOnTheClient(CallbackExecutors executor) throws Exception {
        servers.start();
        DflockdClient client = servers.client(settings ->
                executor.in(settings).requestTimeout(Duration.ofSeconds(2)).connectTimeout(Duration.ofSeconds(2)));
        LockHandle healthy = client.lock("healthy").acquire();
        LockHandle ended = client.lock("k").acquire();
        ended.close();
        for (int i = 0; i < 20; i++) {
            soon(ended.renewAsync().thenAccept(renewed -> {
                try {
                    client.snapshot();
                    client.lock("k").acquire().close();
                } catch (InterruptedException ex) {
                    throw new IllegalStateException(ex);
                }
            }));
        }
        assertThat(healthy.isHeld()).isTrue();
    }

    @Test
    void continuationOfFailedStatsMayBlockOnTheClient() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.requestTimeout(Duration.ofSeconds(2)));
        LockHandle healthy = client.lock("healthy").acquire();
        server.faults().inject(Fault.answer("error_draining"), FaultTarget.command("stats"));
        for (int i = 0; i < 20; i++) {
            soon(client.statsAsync(client.servers().get(0)).handle((stats, failure) -> client.snapshot()));
        }
        assertThat(healthy.isHeld()).isTrue();
    }

    @Test
    void callbackExecutorThatBlocksItsCallerStallsNobody() throws Exception {
        servers.start();
        CountDownLatch go = new CountDownLatch(1);
        AtomicBoolean blocks = new AtomicBoolean();
        DflockdClient client = servers.client(settings -> settings.callbackExecutor(task -> {
            if (blocks.get()) {
                awaitQuietly(go);
            }
            ForkJoinPool.commonPool().execute(task);
        }));
        LockHandle held = client.lock("held").withLease(Duration.ofSeconds(1)).acquire();
        blocks.set(true);
        CompletableFuture<LockHandle> delayed = client.lock("delayed").acquireAsync();
        try {
            othersGoOn(client, held);
            assertThat(delayed).isNotDone();
        } finally {
            go.countDown();
        }
        soon(delayed).close();
    }

    @ParameterizedTest
    @EnumSource(
            value = CallbackExecutors.class,
            names = {"OWN", "DIRECT"})
    void continuationThatBlocksStallsNobody(CallbackExecutors executor) throws Exception {
        TestServer server = servers.start();
        CountDownLatch go = new CountDownLatch(1);
        DflockdClient client = servers.client(executor::in);
        LockHandle held = client.lock("held").withLease(Duration.ofSeconds(1)).acquire();
        server.faults()
                .inject(
                        Fault.delay(Duration.ofMillis(50)),
                        FaultTarget.key("blocks").times(1));
        CompletableFuture<Void> blocked = client.lock("blocks").acquireAsync().thenAccept(handle -> {
            awaitQuietly(go);
            handle.close();
        });
        server.await(view -> !view.holders("blocks").isEmpty(), SOON);
        try {
            othersGoOn(client, held);
            soon(client.lock("another").acquireAsync()).close();
            assertThat(blocked).isNotDone();
        } finally {
            go.countDown();
        }
        soon(blocked);
    }

    private static void othersGoOn(DflockdClient client, LockHandle held) throws Exception {
        CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> {
            try {
                return client.lock("other").acquire().release();
            } catch (InterruptedException ex) {
                throw new IllegalStateException(ex);
            }
        });
        assertThat(other.get(10, TimeUnit.SECONDS)).isTrue();
        await().during(Duration.ofSeconds(2)).atMost(SOON).until(held::isHeld);
    }

    // --- once

    @ParameterizedTest
    @EnumSource(
            value = CallbackExecutors.class,
            names = {"OUT_OF_THREADS_AFTER_QUEUEING", "REFUSING_AFTER_QUEUEING"})
    void grantIsDeliveredOnce(CallbackExecutors executor) throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(executor::in);
        List<LockHandle> handles = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            handles.add(soon(client.lock("lock" + i).acquireAsync()));
            handles.add(soon(client.lock("try" + i).tryAcquireAsync()).orElseThrow());
            QueuedAcquisition place = client.lock("place" + i).enqueue();
            handles.add(soon(place.awaitAsync(Duration.ofSeconds(5))));
        }
        await().during(Duration.ofSeconds(1))
                .atMost(SOON)
                .untilAsserted(() -> assertThat(handles)
                        .allMatch(LockHandle::isHeld, "held")
                        .allMatch(handle -> server.view().holders(handle.key()).size() == 1, "held at the server"));
        handles.forEach(handle -> assertThat(handle.release()).isTrue());
    }

    @ParameterizedTest
    @EnumSource(
            value = CallbackExecutors.class,
            names = {"OUT_OF_THREADS_AFTER_QUEUEING", "REFUSING_AFTER_QUEUEING"})
    void queuedPlaceIsDeliveredOnce(CallbackExecutors executor) throws Exception {
        servers.start();
        DflockdClient client = servers.client(executor::in);
        for (int i = 0; i < 10; i++) {
            QueuedAcquisition place = soon(client.lock("k" + i).enqueueAsync());
            LockHandle handle = place.await(Duration.ofSeconds(5));
            assertThat(handle.release()).isTrue();
        }
    }

    // --- refused once

    /** Refuses some tasks, and runs the others. */
    private static final class Tired implements Executor {

        private final Throwable thrown;

        private int refusals;

        Tired(int refusals, Throwable thrown) {
            this.refusals = refusals;
            this.thrown = thrown;
        }

        @Override
        public synchronized void execute(Runnable task) {
            if (refusals-- > 0) {
                throw Sneaky.sneaky(thrown);
            }
            ForkJoinPool.commonPool().execute(task);
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(1, new RejectedExecutionException("thrown by the test's executor")),
                Arguments.of(100, new RejectedExecutionException("thrown by the test's executor")),
                Arguments.of(1, new CallbackExecutors.OutOfThreads()));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusedEnqueueIsCompletedAndLeavesNoPlace(int refusals, Throwable thrown) throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.callbackExecutor(new Tired(refusals, thrown)));
        LockHandle held = client.lock("queued").acquire();
        for (String key : List.of("free", "queued")) {
            soon(client.lock(key).enqueueAsync()).close();
            server.await(
                    view -> view.holders("free").isEmpty()
                            && view.waiters("queued").isEmpty(),
                    SOON);
        }
        assertThat(held.isHeld()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusedGrantIsHandedOut(int refusals, Throwable thrown) throws Exception {
        servers.start();
        DflockdClient client = servers.client(settings -> settings.callbackExecutor(new Tired(refusals, thrown)));
        LockHandle held = client.lock("held").acquire();
        LockHandle handle = soon(client.lock("k").acquireAsync());
        await().during(Duration.ofMillis(500)).atMost(SOON).until(handle::isHeld);
        assertThat(handle.release()).isTrue();
        assertThat(held.isHeld()).isTrue();
    }

    // --- callbacks that wait for callbacks

    @Test
    void continuationsThatJoinOthersEnd() throws Exception {
        joinInContinuations(32);
    }

    @Test
    void moreContinuationsThatJoinOthersThanThePoolHasThreadsEnd() throws Exception {
        joinInContinuations(400);
    }

    /** The client's pool cannot see what they block on. */
    @Test
    void continuationsThatWaitForWorkOfAnotherPoolEnd() throws Exception {
        servers.start();
        DflockdClient client = servers.client();
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<Void>> outer = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                DistributedLock inner = client.lock("inner" + i);
                outer.add(client.lock("outer" + i).acquireAsync().thenAccept(handle -> {
                    try {
                        pool.submit(() -> inner.acquireAsync()
                                        .thenCompose(LockHandle::releaseAsync)
                                        .join())
                                .get();
                    } catch (InterruptedException | ExecutionException ex) {
                        throw new IllegalStateException(ex);
                    } finally {
                        handle.close();
                    }
                }));
            }
            CompletableFuture.allOf(outer.toArray(CompletableFuture[]::new)).get(40, TimeUnit.SECONDS);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void continuationsThatWaitForALaterOneEndThoughTheClientIsClosed() throws Exception {
        Relay relay = servers.relay(servers.start());
        DflockdClient client = servers.client(settings -> settings.servers(relay.address()));
        client.connect();
        // A continuation is to be attached before the answer comes.
        relay.slow(Duration.ofMillis(100));
        CountDownLatch last = new CountDownLatch(1);
        int count = 2 * Math.max(2, Runtime.getRuntime().availableProcessors());
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waiting.add(client.lock("k" + i).acquireAsync().thenAccept(handle -> awaitQuietly(last)));
        }
        CompletableFuture<Void> counts = client.lock("last").acquireAsync().thenAccept(handle -> last.countDown());
        await().atMost(SOON).until(() -> client.snapshot().held().size() == count + 1);
        client.close();
        try {
            soon(counts);
        } finally {
            last.countDown();
        }
        for (CompletableFuture<Void> one : waiting) {
            soon(one);
        }
    }

    private void joinInContinuations(int count) throws Exception {
        servers.start(settings -> settings.maxLocks(2000));
        DflockdClient client = servers.client();
        LockHandle held = client.lock("held").acquire();
        List<CompletableFuture<Void>> outer = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            DistributedLock inner = client.lock("inner" + i);
            outer.add(client.lock("outer" + i).acquireAsync().thenAccept(handle -> {
                try {
                    inner.acquireAsync().thenCompose(LockHandle::releaseAsync).join();
                } finally {
                    handle.close();
                }
            }));
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(outer.toArray(CompletableFuture[]::new));
        try {
            all.get(40, TimeUnit.SECONDS);
        } catch (TimeoutException ex) {
            fail(outer.stream().filter(one -> !one.isDone()).count() + " of " + count + " did not end within 40 s");
        }
        assertThat(held.isHeld()).isTrue();
    }
}
