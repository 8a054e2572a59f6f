package io.dflockd.client.internal.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    /** Each thread counts for itself: one counter for all would be what the threads spend their time on. */
    private final Set<Worker> alive = ConcurrentHashMap.newKeySet();

    private final Counts ended = new Counts();

    private final AtomicBoolean watching = new AtomicBoolean();
    /** How many callbacks had begun when the watch began. */
    private volatile long begunBefore;
    /** How many had returned when all threads were found to be blocked; negative if they were not. */
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
        super.execute(new Callback(task));
        moveIfBlocked();
        watch();
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
        return returnedBefore >= 0 && returnedBefore == returned() && begun() > returnedBefore;
    }

    private long begun() {
        return alive.stream().mapToLong(worker -> worker.counts.begun.get()).sum() + ended.begun.get();
    }

    private long returned() {
        return alive.stream().mapToLong(worker -> worker.counts.returned.get()).sum() + ended.returned.get();
    }

    /** Looks after what waits, as long as anything does. */
    private void watch() {
        if (replacesBlocked && !watching.get() && hasQueuedSubmissions() && watching.compareAndSet(false, true)) {
            begunBefore = begun();
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
        long returns = returned();
        returnedBefore = begun() == begunBefore && hasQueuedSubmissions() ? returns : -1;
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

    /** A callback that may be moved to another pool. Run by a worker, or by a thread that takes over what none runs. */
    private static final class Callback extends ForkJoinTask<@Nullable Void> {

        private static final long serialVersionUID = 1L;

        private final transient Runnable task;

        Callback(Runnable task) {
            this.task = task;
        }

        @Override
        protected boolean exec() {
            if (Thread.currentThread() instanceof Worker worker) {
                worker.run(task);
            } else {
                task.run();
            }
            return true;
        }

        @Override
        public @Nullable Void getRawResult() {
            return null;
        }

        @Override
        protected void setRawResult(@Nullable Void value) {}
    }

    /** How many callbacks have begun, and how many of them have returned. */
    private static final class Counts {

        private final AtomicLong begun = new AtomicLong();

        private final AtomicLong returned = new AtomicLong();
    }

    private static final class Worker extends ForkJoinWorkerThread {

        /** Written by this thread. */
        private final Counts counts = new Counts();

        Worker(CallbackPool pool) {
            super(pool);
        }

        @Override
        protected void onStart() {
            ((CallbackPool) getPool()).alive.add(this);
        }

        private void run(Runnable task) {
            counts.begun.lazySet(counts.begun.get() + 1);
            try {
                task.run();
            } finally {
                counts.returned.lazySet(counts.returned.get() + 1);
            }
        }

        @Override
        protected void onTermination(@Nullable Throwable failure) {
            CallbackPool pool = (CallbackPool) getPool();
            pool.ended.begun.addAndGet(counts.begun.get());
            pool.ended.returned.addAndGet(counts.returned.get());
            pool.alive.remove(this);
            if (failure != null) {
                pool.threadFailed.run();
            }
        }
    }
}
