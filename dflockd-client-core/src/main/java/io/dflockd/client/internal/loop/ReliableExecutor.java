package io.dflockd.client.internal.loop;

import io.netty.channel.EventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs each task exactly once on one of the client's pools, also when the pool cannot start a thread: the task is then kept
 * and handed in again until a thread can be started. Never throws. A pool that has been shut down is replaced by a thread
 * for the task.
 *
 * <p>Any thread may call it. Tasks are handed in again on the event loop and never run there.
 */
final class ReliableExecutor implements Executor {

    private static final long RETRY_MILLIS = 50;

    private final Executor pool;
    private final EventLoop loop;
    private final Consumer<Runnable> lastResort;
    private final Consumer<Executor> beforeRetry;
    private final Queue<CallbackTask> kept = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean retrying = new AtomicBoolean();

    /** An executor on a pool. The last resort starts a thread for a task when the pool has been shut down. */
    ReliableExecutor(Executor pool, EventLoop loop, Consumer<Runnable> lastResort) {
        this(pool, loop, lastResort, self -> {});
    }

    /** With something to do before kept tasks are handed in again; it is given this executor and must not throw. */
    ReliableExecutor(Executor pool, EventLoop loop, Consumer<Runnable> lastResort, Consumer<Executor> beforeRetry) {
        this.pool = pool;
        this.loop = loop;
        this.lastResort = lastResort;
        this.beforeRetry = beforeRetry;
    }

    @Override
    public void execute(Runnable task) {
        handIn(CallbackTask.of(task));
    }

    private void handIn(CallbackTask task) {
        try {
            try {
                pool.execute(task);
            } catch (RejectedExecutionException ex) {
                lastResort.accept(task);
            }
        } catch (Throwable ex) {
            // The pool may have queued the task before it failed; it still runs once.
            kept.add(task);
            retryLater();
        }
    }

    /** Hands in again what is kept, a moment later. */
    void retryLater() {
        if (retrying.compareAndSet(false, true)) {
            try {
                loop.schedule(this::retry, RETRY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException ex) {
                retrying.set(false);
                if (!loop.inEventLoop()) {
                    runKept();
                }
            } catch (Throwable ex) {
                // The next task that fails, or the close, comes back to what is kept.
                retrying.set(false);
            }
        }
    }

    private void retry() {
        retrying.set(false);
        beforeRetry.accept(this);
        for (int left = kept.size(); left > 0; left--) {
            CallbackTask task = kept.poll();
            if (task != null) {
                handIn(task);
            }
        }
    }

    /** Runs what is kept on this thread, which must not be the event loop: no other thread could be had. */
    void runKept() {
        Runnable task;
        while ((task = kept.poll()) != null) {
            task.run();
        }
    }
}
