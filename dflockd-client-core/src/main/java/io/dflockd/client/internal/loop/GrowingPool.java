package io.dflockd.client.internal.loop;

import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A pool that starts a thread for a task only if none is idle, up to a maximum; further tasks wait in their order. Without work it
 * has no threads. One of the JDK's starts further threads either always or only when its queue is full.
 */
final class GrowingPool extends ThreadPoolExecutor {

    /** Starts no thread. */
    GrowingPool(int maxThreads, long idleSeconds, ThreadFactory threads) {
        super(0, maxThreads, idleSeconds, TimeUnit.SECONDS, new IdleThreads(), threads, GrowingPool::enqueue);
    }

    /** The pool has all its threads, or is shut down. */
    private static void enqueue(Runnable task, ThreadPoolExecutor pool) {
        if (pool.isShutdown()) {
            throw new RejectedExecutionException("the pool has been shut down");
        }
        ((IdleThreads) pool.getQueue()).add(task);
        // Its threads may have ended meanwhile.
        if ((pool.isShutdown() || pool.getPoolSize() < pool.getMaximumPoolSize()) && pool.remove(task)) {
            pool.execute(task);
        }
    }

    /** What waits for a thread. An offer, which the pool makes before it starts a thread, is for idle threads only. */
    private static final class IdleThreads extends LinkedTransferQueue<Runnable> {

        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        @Override
        public boolean add(Runnable task) {
            return super.offer(task);
        }
    }
}
