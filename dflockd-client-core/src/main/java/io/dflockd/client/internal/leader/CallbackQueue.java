package io.dflockd.client.internal.leader;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The callbacks of one election: they run one after the other, in order, on the executor. Any thread may call it. */
final class CallbackQueue {

    private static final Logger logger = LoggerFactory.getLogger(CallbackQueue.class);

    private final Consumer<Runnable> executor;
    /** The return of the callback that was added last. Guarded by {@code this}. */
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    private volatile @Nullable Thread runner;

    CallbackQueue(Consumer<Runnable> executor) {
        this.executor = executor;
    }

    /** Queues a callback, which must not throw. */
    void add(Runnable callback) {
        Call call = new Call(callback);
        CompletableFuture<Void> before;
        synchronized (this) {
            before = last;
            last = call.returned;
        }
        before.thenRun(() -> executor.accept(call));
    }

    /** Whether the current thread runs a callback of this queue. */
    boolean isCurrentThread() {
        return runner == Thread.currentThread();
    }

    private final class Call implements Runnable, ForkJoinPool.ManagedBlocker {

        private final Runnable callback;
        private final CompletableFuture<Void> returned = new CompletableFuture<>();
        private boolean begun;

        Call(Runnable callback) {
            this.callback = callback;
        }

        @Override
        public void run() {
            try {
                // So that a pool whose threads are blocked by callbacks starts another one.
                ForkJoinPool.managedBlock(this);
            } catch (Throwable ex) {
                // There is no other thread to be had.
                logger.debug("A callback of an election runs without another thread in its place", ex);
                block();
            } finally {
                returned.complete(null);
            }
        }

        @Override
        public boolean block() {
            if (!begun) {
                begun = true;
                runner = Thread.currentThread();
                try {
                    callback.run();
                } finally {
                    runner = null;
                }
            }
            return true;
        }

        @Override
        public boolean isReleasable() {
            return begun;
        }
    }
}
