package io.dflockd.client.internal.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A pool that runs callbacks of users, in the order in which they came. Without work it has no threads.
 *
 * <p>If it may have more threads, callbacks may wait for each other, whatever they block on. One that joins a future is replaced by
 * another thread at once. What else they block on, the pool cannot see: while callbacks wait for a thread, it looks once a second
 * whether one has begun since. If none has, its threads are blocked. What waits, and what comes until one of its callbacks has
 * returned, runs in a second pool with up to four times as many threads, which does the same. So there are threads for all callbacks
 * that block, and few for callbacks that only take their time.
 */
final class CallbackPool extends ForkJoinPool {

    /** Enough for callbacks that block on each other; a pool at its limit would leave them waiting for ever. */
    static final int MANY = 32_767;

    private final ForkJoinWorkerThreadFactory workers;
    private final Runnable threadFailed;
    private final Consumer<Runnable> inASecond;
    private final long idleMillis;
    private final boolean replacesBlocked;
    /** For what comes while all threads are blocked. Written under {@code this}. */
    private volatile @Nullable CallbackPool overflow;

    /** How many callbacks its threads have begun. */
    private final AtomicLong begun = new AtomicLong();
    /** How many of them have returned. */
    private final AtomicLong returned = new AtomicLong();

    private final AtomicBoolean watching = new AtomicBoolean();
    /** {@link #begun} when the watch began. */
    private volatile long begunBefore;
    /** {@link #returned} when all threads were last found to be blocked. */
    private volatile long returnedBefore = -1;

    /**
     * Starts no thread. {@code threadFailed} is called on any thread when a thread could not be started or died.
     * {@code inASecond} runs a task after that time on any thread.
     */
    CallbackPool(
            String name,
            int threads,
            int maxThreads,
            @Nullable ClassLoader classLoader,
            Runnable threadFailed,
            Consumer<Runnable> inASecond) {
        this(
                threads,
                maxThreads,
                workers(name, classLoader),
                threadFailed,
                inASecond,
                ClientThreads.IDLE_SECONDS * 1000);
    }

    CallbackPool(
            int threads,
            int maxThreads,
            ForkJoinWorkerThreadFactory workers,
            Runnable threadFailed,
            Consumer<Runnable> inASecond,
            long idleMillis) {
        // minimumRunnable 0: a blocked thread is not replaced.
        super(
                threads,
                workers,
                (thread, failure) -> {},
                true,
                0,
                maxThreads,
                maxThreads > threads ? 1 : 0,
                pool -> true,
                idleMillis,
                TimeUnit.MILLISECONDS);
        this.workers = workers;
        this.threadFailed = threadFailed;
        this.inASecond = inASecond;
        this.idleMillis = idleMillis;
        this.replacesBlocked = maxThreads > threads;
    }

    @Override
    public void execute(Runnable task) {
        if (isBlockedUnseen()) {
            overflow().execute(task);
            return;
        }
        super.execute(() -> run(task));
        moveIfBlocked();
        watch();
    }

    /** On one of its threads, or on one that takes over what they do not run. */
    private static void run(Runnable task) {
        if (!(ForkJoinTask.getPool() instanceof CallbackPool pool)) {
            task.run();
            return;
        }
        pool.begun.incrementAndGet();
        try {
            task.run();
        } finally {
            pool.returned.incrementAndGet();
        }
    }

    private void moveIfBlocked() {
        while (isBlockedInJoins() || isBlockedUnseen()) {
            ForkJoinTask<?> task = pollSubmission();
            if (task == null) {
                return;
            }
            try {
                overflow().take(task);
            } catch (RejectedExecutionException ex) {
                // It was shut down meanwhile; there is another one now.
                overflow().take(task);
            }
        }
    }

    private void take(ForkJoinTask<?> task) {
        execute(task);
        moveIfBlocked();
        watch();
    }

    /**
     * Whether it has all its threads and none that runs, or was woken for what is handed in. A fork-join pool starts another thread
     * when one joins a future. If that one finds no work it ends after a while, and the pool starts no more: blocked threads count.
     */
    private boolean isBlockedInJoins() {
        return replacesBlocked && getPoolSize() >= getParallelism() && getActiveThreadCount() == 0;
    }

    /** Whether its threads were found to be blocked, and none has returned since. */
    private boolean isBlockedUnseen() {
        long returns = returned.get();
        return returns == returnedBefore && begun.get() > returns;
    }

    /** Looks after what waits, as long as anything does. */
    private void watch() {
        if (replacesBlocked && !watching.get() && hasQueuedSubmissions() && watching.compareAndSet(false, true)) {
            begunBefore = begun.get();
            try {
                inASecond.accept(this::look);
            } catch (Throwable ex) {
                // No thread could be started for it; the next callback begins another watch.
                watching.set(false);
            }
        }
    }

    private void look() {
        watching.set(false);
        long returns = returned.get();
        if (begun.get() == begunBefore && hasQueuedSubmissions()) {
            returnedBefore = returns;
        }
        try {
            moveIfBlocked();
        } catch (Throwable ex) {
            // What was to be moved is queued all the same.
            threadFailed.run();
        }
        watch();
    }

    private synchronized CallbackPool overflow() {
        CallbackPool made = overflow;
        if (made == null || made.isShutdown()) {
            made = new CallbackPool(
                    Math.min(MANY / 2, 4 * getParallelism()), MANY, workers, threadFailed, inASecond, idleMillis);
            overflow = made;
        }
        return made;
    }

    /**
     * Submits again what no thread has begun: a pool that could not start a thread does not try again without a submission.
     * What it rejects because it has been shut down goes to another executor.
     */
    void resubmit(Executor afterShutdown) {
        List<ForkJoinTask<?>> waiting = new ArrayList<>();
        ForkJoinTask<?> task;
        while ((task = pollSubmission()) != null) {
            waiting.add(task);
        }
        for (ForkJoinTask<?> again : waiting) {
            try {
                execute(again);
            } catch (RejectedExecutionException ex) {
                afterShutdown.execute(again::quietlyInvoke);
            } catch (Throwable ex) {
                // It is queued all the same.
                threadFailed.run();
            }
        }
        watch();
        CallbackPool other = overflow;
        if (other != null) {
            other.resubmit(afterShutdown);
        }
    }

    /** Shuts it down. What is queued and gets no thread runs on this one. */
    void close() {
        resubmit(Runnable::run);
        // Before the shutdown: a pool without threads drops what is queued.
        runStranded();
        shutdown();
        runStranded();
        // What was to look before may have ended.
        watching.set(false);
        watch();
        CallbackPool other = overflow;
        if (other != null) {
            other.close();
        }
    }

    private void runStranded() {
        ForkJoinTask<?> task;
        while (getPoolSize() == 0 && (task = pollSubmission()) != null) {
            task.quietlyInvoke();
        }
    }

    static ForkJoinWorkerThreadFactory workers(String name, @Nullable ClassLoader classLoader) {
        AtomicInteger number = new AtomicInteger();
        return pool -> {
            Worker worker = Uninherited.made(() -> new Worker((CallbackPool) pool));
            worker.setName(name + "-" + number.incrementAndGet());
            worker.setContextClassLoader(classLoader);
            return worker;
        };
    }

    private static final class Worker extends ForkJoinWorkerThread {

        Worker(CallbackPool pool) {
            super(pool);
        }

        @Override
        protected void onTermination(@Nullable Throwable failure) {
            if (failure != null) {
                ((CallbackPool) getPool()).threadFailed.run();
            }
        }
    }
}
