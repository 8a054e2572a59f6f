package io.dflockd.client.internal.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A pool that runs callbacks of users, in the order in which they came. If it may have more threads, a callback that blocks by
 * joining a future is replaced by another thread, so that callbacks may wait for each other. If all its threads are blocked and none
 * can be added, later callbacks run in a second pool. Without work it has no threads.
 */
final class CallbackPool extends ForkJoinPool {

    /** Enough for callbacks that block on each other; a pool at its limit would leave them waiting for ever. */
    static final int MANY = 32_767;

    private final ForkJoinWorkerThreadFactory workers;
    private final Runnable threadFailed;
    private final long idleMillis;
    private final boolean replacesBlocked;
    /** For what comes while all threads are blocked. Written under {@code this}. */
    private volatile @Nullable CallbackPool overflow;

    /** Starts no thread. {@code threadFailed} is called on any thread when a thread could not be started or died. */
    CallbackPool(String name, int threads, int maxThreads, @Nullable ClassLoader classLoader, Runnable threadFailed) {
        this(threads, maxThreads, workers(name, classLoader), threadFailed, ClientThreads.IDLE_SECONDS * 1000);
    }

    CallbackPool(
            int threads, int maxThreads, ForkJoinWorkerThreadFactory workers, Runnable threadFailed, long idleMillis) {
        // Fewer than one runnable thread: a thread that blocks is not replaced, and may still block.
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
        this.idleMillis = idleMillis;
        this.replacesBlocked = maxThreads > threads;
    }

    @Override
    public void execute(Runnable task) {
        super.execute(task);
        moveIfBlocked();
    }

    /**
     * A fork-join pool starts another thread when one blocks. If that one finds no work it ends after a while, and the pool starts no
     * more: blocked threads count. What is handed in then goes to another pool.
     */
    private void moveIfBlocked() {
        while (replacesBlocked && isBlocked()) {
            ForkJoinTask<?> task = pollSubmission();
            if (task == null) {
                return;
            }
            overflow().execute(task::quietlyInvoke);
        }
    }

    /** Whether it has all its threads and none that runs, or was woken for what is handed in. */
    private boolean isBlocked() {
        return getPoolSize() >= getParallelism() && getActiveThreadCount() == 0;
    }

    private synchronized CallbackPool overflow() {
        CallbackPool made = overflow;
        if (made == null) {
            made = new CallbackPool(getParallelism(), MANY, workers, threadFailed, idleMillis);
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
