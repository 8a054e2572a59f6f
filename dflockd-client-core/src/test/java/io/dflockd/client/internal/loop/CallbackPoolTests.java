package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinPool.ForkJoinWorkerThreadFactory;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pool for callbacks, also where the process may start no more threads. */
@Timeout(60)
class CallbackPoolTests {

    /** After which a thread without work ends. */
    private static final long IDLE_MILLIS = 50;

    private final TestLoop loop = new TestLoop();

    private final ScarceThreads threads = new ScarceThreads();

    private final AtomicInteger threadsThatFailed = new AtomicInteger();

    private Runnable threadFailed = threadsThatFailed::incrementAndGet;

    /** What is to be done after a second. */
    private final Queue<Runnable> looks = new ConcurrentLinkedQueue<>();

    private final CallbackPool pool =
            new CallbackPool(1, CallbackPool.MANY, threads, () -> threadFailed.run(), this::inASecond, IDLE_MILLIS);

    private final AtomicInteger runs = new AtomicInteger();

    /** The threads of the pool that block, not those of its second pool. */
    private final AtomicInteger blocked = new AtomicInteger();

    /** Where a pool that has been shut down puts what it does not take. */
    private final Executor rejected = CallbackPoolTests::startThread;

    /** Looks all the time: what is awaited takes microseconds. */
    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(20)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    static void startThread(Runnable task) {
        new Thread(task, "of-test").start();
    }

    /** Starts as many threads as the process allows. */
    private static final class ScarceThreads implements ForkJoinWorkerThreadFactory {

        private final ForkJoinWorkerThreadFactory real = CallbackPool.workers("callback-of-test", null);

        private volatile boolean exhausted;

        @Override
        public ForkJoinWorkerThread newThread(ForkJoinPool pool) {
            return exhausted ? new NotStarted(pool) : real.newThread(pool);
        }
    }

    /** A thread that has ended already, so that no pool of any JDK can start it. */
    private static final class NotStarted extends ForkJoinWorkerThread {

        NotStarted(ForkJoinPool pool) {
            super(pool);
            start();
            try {
                join();
            } catch (InterruptedException ex) {
                throw new IllegalStateException(ex);
            }
        }

        @Override
        public void run() {
            // It does no work of the pool.
        }
    }

    /** Blocks as a callback does that joins a future. */
    private void block(CompletableFuture<Void> until) {
        CountDownLatch begun = new CountDownLatch(1);
        pool.execute(() -> {
            if (((ForkJoinWorkerThread) Thread.currentThread()).getPool() == pool) {
                blocked.incrementAndGet();
            }
            begun.countDown();
            until.join();
        });
        soon().until(() -> begun.getCount() == 0);
    }

    @Test
    void callbacksThatBlockForLongHarmNoOther() throws Exception {
        CompletableFuture<Void> mayReturn = new CompletableFuture<>();
        block(mayReturn);
        block(mayReturn);
        // The thread that replaced the last one has found nothing to do and has ended.
        soon().until(() -> pool.getPoolSize() == blocked.get() && pool.getActiveThreadCount() == 0);
        submit();
        awaitRuns(1);
        mayReturn.complete(null);
        soon().until(() -> pool.isQuiescent());
        submit();
        awaitRuns(2);
        pool.close();
    }

    private void inASecond(Runnable look) {
        looks.add(look);
    }

    /** A second passes. */
    private void look() {
        Runnable look;
        for (int left = looks.size(); left > 0 && (look = looks.poll()) != null; left--) {
            look.run();
        }
    }

    /** Blocks on what no pool sees, until it is let go. */
    private final class Blocking {

        private final CompletableFuture<Thread> begun = new CompletableFuture<>();

        private final CountDownLatch go = new CountDownLatch(1);

        Blocking() {
            pool.execute(() -> {
                begun.complete(Thread.currentThread());
                try {
                    go.await(40, TimeUnit.SECONDS);
                } catch (InterruptedException ex) {
                    // The test is over.
                }
                runs.incrementAndGet();
            });
        }

        Thread begun() {
            assertThat(begun).succeedsWithin(Duration.ofSeconds(20));
            return begun.join();
        }

        void returns() {
            int before = runs.get();
            go.countDown();
            soon().until(() -> runs.get() > before);
        }
    }

    private boolean runsInFirstPool(Thread thread) {
        return thread instanceof ForkJoinWorkerThread worker && worker.getPool() == pool;
    }

    @Test
    void callbackThatWaitsWhileNoneBeginsGetsAnotherThread() {
        Blocking first = new Blocking();
        first.begun();
        Blocking second = new Blocking();
        Blocking third = new Blocking();
        first.returns();
        second.begun();
        look();
        assertThat(third.begun).as("one has begun in this second").isNotDone();
        look();
        assertThat(third.begun()).isNotSameAs(second.begun());
        Blocking fourth = new Blocking();
        assertThat(runsInFirstPool(fourth.begun()))
                .as("while the second blocks")
                .isFalse();
        second.returns();
        soon().until(() -> pool.getActiveThreadCount() == 0);
        Blocking fifth = new Blocking();
        assertThat(runsInFirstPool(fifth.begun()))
                .as("when the second has returned")
                .isTrue();
        List.of(third, fourth, fifth).forEach(Blocking::returns);
        soon().until(() -> {
            look();
            return looks.isEmpty();
        });
    }

    @Test
    void callbacksThatWaitForALaterOneOnWhatThePoolCannotSeeAllEnd() {
        CountDownLatch last = new CountDownLatch(1);
        for (int i = 0; i < 40; i++) {
            pool.execute(() -> {
                try {
                    last.await(40, TimeUnit.SECONDS);
                } catch (InterruptedException ex) {
                    return;
                }
                runs.incrementAndGet();
            });
        }
        pool.execute(last::countDown);
        soon().until(() -> {
            look();
            return runs.get() == 40;
        });
    }

    @Test
    void callbackThatWaitsForAThreadAtTheCloseGetsOne() {
        Blocking first = new Blocking();
        first.begun();
        Blocking second = new Blocking();
        pool.close();
        looks.remove();
        look();
        second.begun();
        second.returns();
        first.returns();
    }

    @AfterEach
    void end() {
        threads.exhausted = false;
        pool.shutdownNow();
    }

    /** Hands in a task that counts its runs; the pool may fail to start a thread for it. */
    private void submit() {
        try {
            pool.execute(runs::incrementAndGet);
        } catch (IllegalThreadStateException ex) {
            assertThat(threads.exhausted).isTrue();
        }
    }

    private void awaitRuns(int count) throws InterruptedException {
        CountDownLatch behind = new CountDownLatch(1);
        pool.execute(behind::countDown);
        assertThat(behind.await(20, TimeUnit.SECONDS)).isTrue();
        // Where there is more than one thread, another one may not have ended what was before.
        soon().untilAsserted(() -> assertThat(runs).hasValue(count));
    }

    @Test
    void threadsAreNamedDaemonsWithTheGivenClassLoader() throws Exception {
        try (URLClassLoader classLoader = new URLClassLoader(new URL[0])) {
            CallbackPool own = new CallbackPool("dflockd-callback", 2, 2, classLoader, () -> {}, look -> {});
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            own.execute(() -> thread.complete(Thread.currentThread()));
            assertThat(thread.get(20, TimeUnit.SECONDS).getName()).isEqualTo("dflockd-callback-1");
            assertThat(thread.join().isDaemon()).isTrue();
            assertThat(thread.join().getContextClassLoader()).isSameAs(classLoader);
            own.shutdown();
        }
    }

    @Test
    void callbacksThatWaitForLaterOnesAllEnd() {
        int count = 50;
        List<CompletableFuture<Void>> steps = IntStream.rangeClosed(0, count)
                .mapToObj(i -> new CompletableFuture<Void>())
                .toList();
        for (int i = 0; i < count; i++) {
            CompletableFuture<Void> own = steps.get(i);
            CompletableFuture<Void> next = steps.get(i + 1);
            pool.execute(() -> {
                next.join();
                own.complete(null);
            });
        }
        pool.execute(() -> steps.get(count).complete(null));
        assertThat(steps.get(0)).succeedsWithin(Duration.ofSeconds(20));
    }

    @Test
    void poolWithoutSpareThreadsHasNoMoreWhenItsCallbacksBlock() throws Exception {
        CallbackPool small = new CallbackPool("dflockd-signal", 2, 2, null, () -> {}, look -> {});
        CompletableFuture<Void> go = new CompletableFuture<>();
        List<Thread> seen = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 10; i++) {
            small.execute(() -> {
                seen.add(Thread.currentThread());
                go.join();
            });
        }
        soon().until(() -> seen.size() == 2);
        go.complete(null);
        soon().until(() -> seen.size() == 10);
        assertThat(seen.stream().distinct()).hasSizeLessThanOrEqualTo(2);
        small.close();
        assertThat(small.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tasksThatWereQueuedWithoutAThreadRunOnceWhenTheyAreResubmitted() throws Exception {
        threads.exhausted = true;
        assertThatThrownBy(() -> pool.execute(runs::incrementAndGet)).isInstanceOf(IllegalThreadStateException.class);
        submit();
        assertThat(runs).hasValue(0);
        threads.exhausted = false;
        pool.resubmit(rejected);
        awaitRuns(2);
    }

    @Test
    void resubmittingInVainKeepsEveryTaskAndReportsIt() throws Exception {
        threads.exhausted = true;
        for (int i = 0; i < 3; i++) {
            submit();
        }
        pool.resubmit(rejected);
        assertThat(threadsThatFailed).as("reports").hasPositiveValue();
        assertThat(runs).hasValue(0);
        threads.exhausted = false;
        pool.resubmit(rejected);
        awaitRuns(3);
    }

    @Test
    void reliableExecutorRunsATaskOnceWhenThereIsAThreadAgain() throws Exception {
        ReliableExecutor executor =
                new ReliableExecutor(pool, loop.netty(), CallbackPoolTests::startThread, pool::resubmit);
        threadFailed = executor::retryLater;
        threads.exhausted = true;
        executor.execute(runs::incrementAndGet);
        executor.execute(runs::incrementAndGet);
        loop.advance(Duration.ofSeconds(1));
        assertThat(runs).hasValue(0);
        threads.exhausted = false;
        loop.advance(Duration.ofMillis(50));
        awaitRuns(2);
        assertThat(loop.isIdle()).as("nothing is kept").isTrue();
    }

    @Test
    void resubmittingAfterTheShutdownLosesNothing() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        pool.submit(() -> go.await(20, TimeUnit.SECONDS));
        submit();
        submit();
        pool.shutdown();
        pool.resubmit(rejected);
        go.countDown();
        soon().untilAsserted(() -> assertThat(runs).hasValue(2));
    }

    @Test
    void whatGetsNoThreadRunsOnTheThreadThatClosesIt() {
        threads.exhausted = true;
        for (int i = 0; i < 3; i++) {
            submit();
        }
        pool.close();
        assertThat(runs).hasValue(3);
    }

    @Test
    void taskThatThrowsEndsNothing() throws Exception {
        pool.execute(() -> {
            throw new IllegalStateException("of the test");
        });
        pool.execute(runs::incrementAndGet);
        awaitRuns(1);
    }
}
