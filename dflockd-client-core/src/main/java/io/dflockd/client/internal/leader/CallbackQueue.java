package io.dflockd.client.internal.leader;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The callbacks of one election: they run one after the other, in order, on the executor. Any thread may call it. */
final class CallbackQueue {

    private static final Logger logger = LoggerFactory.getLogger(CallbackQueue.class);

    private final Consumer<Runnable> executor;
    /** Guarded by {@code this}; contains the one that runs. */
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    private volatile @Nullable Thread runner;

    CallbackQueue(Consumer<Runnable> executor) {
        this.executor = executor;
    }

    /** Queues a callback, which must not throw. */
    void add(Runnable callback) {
        boolean first;
        synchronized (this) {
            first = waiting.isEmpty();
            waiting.add(callback);
        }
        if (first) {
            run(callback);
        }
    }

    /** Whether the current thread runs a callback of this queue. */
    boolean isCurrentThread() {
        return runner == Thread.currentThread();
    }

    private void run(Runnable callback) {
        executor.accept(() -> {
            Blocker blocker = new Blocker(callback);
            try {
                // So that a pool whose threads are blocked by callbacks starts another one.
                ForkJoinPool.managedBlock(blocker);
            } catch (Throwable ex) {
                // There is no other thread to be had.
                logger.debug("A callback of an election runs without another thread in its place", ex);
            } finally {
                blocker.runOnce();
                next();
            }
        });
    }

    private void next() {
        Runnable next;
        synchronized (this) {
            waiting.remove();
            next = waiting.peek();
        }
        if (next != null) {
            run(next);
        }
    }

    private final class Blocker implements ForkJoinPool.ManagedBlocker {

        private final Runnable callback;
        private boolean done;

        private Blocker(Runnable callback) {
            this.callback = callback;
        }

        @Override
        public boolean block() {
            runOnce();
            return true;
        }

        private void runOnce() {
            if (done) {
                return;
            }
            done = true;
            runner = Thread.currentThread();
            try {
                callback.run();
            } finally {
                runner = null;
            }
        }

        @Override
        public boolean isReleasable() {
            return done;
        }
    }
}
