package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool has as many threads as it has tasks at the same time, up to its maximum. */
@Timeout(60)
class GrowingPoolTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final int MAX = 4;

    private final List<Thread> started = new CopyOnWriteArrayList<>();

    private final CountDownLatch go = new CountDownLatch(1);

    private final ThreadFactory threads = task -> {
        Thread thread = new Thread(task, "pool-of-test");
        thread.setDaemon(true);
        started.add(thread);
        return thread;
    };

    private final GrowingPool pool = new GrowingPool(MAX, 1, threads);

    @AfterEach
    void end() {
        go.countDown();
        pool.shutdown();
    }

    private void awaitGo() {
        try {
            go.await();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    /** Blocks so many threads. */
    private void block(int tasks) throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            pool.execute(() -> {
                blocked.countDown();
                awaitGo();
            });
        }
        assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void taskThatBlocksDelaysNoOther() throws Exception {
        block(MAX - 1);
        assertThat(CompletableFuture.runAsync(() -> {}, pool)).succeedsWithin(SOON);
        assertThat(started).hasSize(MAX);
    }

    @Test
    void threadThatIsIdleIsUsedAgain() throws Exception {
        for (int i = 0; i < 10; i++) {
            Thread used =
                    CompletableFuture.supplyAsync(Thread::currentThread, pool).get(20, TimeUnit.SECONDS);
            await().atMost(SOON).pollDelay(Duration.ZERO).until(() -> used.getState() == Thread.State.TIMED_WAITING);
        }
        assertThat(started).hasSize(1);
    }

    @Test
    void tasksBeyondTheMaximumWaitInOrder() throws Exception {
        block(MAX);
        List<Integer> ran = new CopyOnWriteArrayList<>();
        CountDownLatch all = new CountDownLatch(100);
        List<Integer> expected = IntStream.range(0, 100).boxed().toList();
        expected.forEach(i -> pool.execute(() -> {
            synchronized (ran) {
                ran.add(i);
            }
            all.countDown();
        }));
        assertThat(ran).isEmpty();
        assertThat(pool.getQueue()).hasSize(100);
        go.countDown();
        assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(started).hasSize(MAX);
    }

    @Test
    void withoutWorkItHasNoThreads() throws Exception {
        block(MAX);
        go.countDown();
        for (Thread thread : started) {
            thread.join(SOON.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(CompletableFuture.runAsync(() -> {}, pool)).succeedsWithin(SOON);
    }

    @Test
    void whatWaitsIsStillRunAfterTheShutdownAndNothingElse() throws Exception {
        block(MAX);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {}, pool);
        pool.shutdown();
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> pool.execute(() -> {}));
        go.countDown();
        assertThat(waiting).succeedsWithin(SOON);
        assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    /** The maximum is reached, threads end and tasks come, at the same time and again and again. */
    @Test
    void noTaskIsForgottenWhileThreadsEnd() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        GrowingPool shortLived = new GrowingPool(2, 1, threads);
        shortLived.setKeepAliveTime(1, TimeUnit.NANOSECONDS);
        try {
            int tasks = 20_000;
            for (int i = 0; i < tasks; i++) {
                shortLived.execute(ran::incrementAndGet);
            }
            await().atMost(SOON).until(() -> ran.get() == tasks);
        } finally {
            shortLived.shutdown();
        }
    }

    @Test
    void idleThreadIsEnoughWhereNoOtherCanBeStarted() throws ExecutionException, InterruptedException {
        AtomicInteger left = new AtomicInteger(1);
        GrowingPool starved = new GrowingPool(MAX, 20, task -> {
            if (left.getAndDecrement() <= 0) {
                throw new OutOfMemoryError("unable to create native thread (of the test)");
            }
            return threads.newThread(task);
        });
        try {
            Thread only = CompletableFuture.supplyAsync(Thread::currentThread, starved)
                    .get();
            await().atMost(SOON).pollDelay(Duration.ZERO).until(() -> only.getState() == Thread.State.TIMED_WAITING);
            assertThat(CompletableFuture.supplyAsync(Thread::currentThread, starved))
                    .succeedsWithin(SOON)
                    .isSameAs(only);
        } finally {
            starved.shutdown();
        }
    }
}
