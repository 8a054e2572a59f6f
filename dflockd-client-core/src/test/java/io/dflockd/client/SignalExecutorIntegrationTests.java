package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static io.dflockd.client.TestServers.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.ServerWithSignals;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Handlers run in order and never on the event loop, whatever the user's executor does. */
@Timeout(60)
@ServerWithSignals
class SignalExecutorIntegrationTests {

    @RegisterExtension
    final TestServers servers = new TestServers();

    @Test
    void directExecutorRunsNoUserCodeOnTheEventLoop() throws Exception {
        DflockdClient client = servers.client();
        DflockdClient emitter = servers.client();
        List<String> threads = new CopyOnWriteArrayList<>();
        CountDownLatch handling = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        SubscriptionListener listener = new SubscriptionListener() {
            @Override
            public void connected(ServerAddress server, boolean again) {
                threads.add(Thread.currentThread().getName());
            }
        };
        SubscriptionOptions direct = SubscriptionOptions.defaults()
                .withListener(listener)
                .withExecutor(task -> {
                    threads.add(Thread.currentThread().getName());
                    task.run();
                });
        ready(client.signals().subscribe("c", direct, signal -> {
            threads.add(Thread.currentThread().getName());
            handling.countDown();
            blocked.await();
        }));
        emitter.signals().emit("c", "x");
        // The event and the signal may share a task of the executor.
        assertThat(handling.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        try {
            // A handler that blocks does not stop the client.
            assertThat(client.lock(servers.key()).tryAcquire(Duration.ofSeconds(10)))
                    .hasValueSatisfying(LockHandle::release);
        } finally {
            blocked.countDown();
        }
        assertThat(threads).noneMatch(name -> name.startsWith("dflockd-loop"));
    }

    @Test
    void executorThatBlocksDoesNotStopTheEventLoop() throws Exception {
        DflockdClient client = servers.client();
        DflockdClient emitter = servers.client();
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        SubscriptionOptions blocking = SubscriptionOptions.defaults().withExecutor(task -> {
            entered.countDown();
            try {
                blocked.await();
            } catch (InterruptedException ex) {
                throw new IllegalStateException(ex);
            }
            new Thread(task).start();
        });
        List<String> handled = new CopyOnWriteArrayList<>();
        ready(client.signals().subscribe("c", blocking, signal -> handled.add(signal.payload())));
        emitter.signals().emit("c", "x");
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        try {
            assertThat(client.lock(servers.key()).tryAcquire(Duration.ofSeconds(10)))
                    .hasValueSatisfying(LockHandle::release);
        } finally {
            blocked.countDown();
        }
        await().atMost(SOON).until(() -> handled.contains("x"));
    }

    @Test
    void executorThatFailsAfterItHasQueuedRunsEachSignalOnceAndInOrder() throws Exception {
        DflockdClient client = servers.client();
        DflockdClient emitter = servers.client();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            AtomicInteger calls = new AtomicInteger();
            SubscriptionOptions failing = SubscriptionOptions.defaults().withExecutor(task -> {
                pool.execute(task);
                if (calls.incrementAndGet() % 2 == 1) {
                    throw new OutOfMemoryError("unable to create native thread, as it were");
                }
            });
            List<Integer> handled = new CopyOnWriteArrayList<>();
            AtomicBoolean busy = new AtomicBoolean();
            AtomicReference<String> problem = new AtomicReference<>();
            ready(client.signals().subscribe("c", failing, signal -> {
                if (!busy.compareAndSet(false, true)) {
                    problem.set("two at once");
                }
                Thread.sleep(1);
                handled.add(Integer.valueOf(signal.payload()));
                busy.set(false);
            }));
            int count = 400;
            for (int i = 0; i < count; i++) {
                emitter.signals().emit("c", Integer.toString(i));
            }
            await().atMost(SOON).until(() -> handled.size() >= count);
            assertThat(problem.get()).isNull();
            assertThat(handled)
                    .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void closeWithinTheOwnHandlerDoesNotWaitForItself() throws Exception {
        DflockdClient client = servers.client();
        DflockdClient emitter = servers.client();
        AtomicReference<SignalSubscription> subscription = new AtomicReference<>();
        AtomicReference<Duration> took = new AtomicReference<>();
        AtomicInteger handled = new AtomicInteger();
        CountDownLatch arrived = new CountDownLatch(1);
        subscription.set(ready(client.signals().subscribe("c", signal -> {
            handled.incrementAndGet();
            arrived.await();
            long before = System.nanoTime();
            subscription.get().close(Duration.ofSeconds(20));
            took.set(Duration.ofNanos(System.nanoTime() - before));
        })));
        emitter.signals().emit("c", "1");
        emitter.signals().emit("c", "2");
        await().atMost(SOON).until(() -> subscription.get().received() == 2);
        arrived.countDown();
        await().atMost(SOON).until(() -> took.get() != null);
        assertThat(took.get()).isLessThan(Duration.ofSeconds(15));
        assertThat(handled.get()).isEqualTo(1);
    }
}
