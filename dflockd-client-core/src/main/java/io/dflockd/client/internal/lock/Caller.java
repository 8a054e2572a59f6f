package io.dflockd.client.internal.lock;

import io.dflockd.client.LockHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How the outcome of a request reaches its caller: by the completion of a future, which the caller may have completed
 * before. A caller that blocks is woken directly; the continuations of others run on the callback executor. A grant that
 * finds the future completed is released.
 *
 * @param <T> what the caller gets
 */
final class Caller<T> {

    private final CompletableFuture<T> future = new CompletableFuture<>();

    private final Function<LockHandle, T> granted;

    private final Supplier<T> busy;

    private final @Nullable Executor executor;

    /**
     * A delivery.
     *
     * @param granted the value for a grant
     * @param busy the value for a busy lock; may throw instead
     * @param executor where the future is completed, refusing nothing; null to do it at once
     */
    Caller(Function<LockHandle, T> granted, Supplier<T> busy, @Nullable Executor executor) {
        this.granted = granted;
        this.busy = busy;
        this.executor = executor;
    }

    CompletableFuture<T> future() {
        return future;
    }

    boolean isAsync() {
        return executor != null;
    }

    boolean isDone() {
        return future.isDone();
    }

    /** Calls back when the caller completes the future himself. */
    void whenCompleted(Runnable callback) {
        future.whenComplete((BiConsumer<Object, Throwable>) (value, failure) -> callback.run());
    }

    void granted(Holding holding) {
        Handle handle = Handle.watched(holding);
        deliver(() -> {
            if (!future.complete(granted.apply(handle))) {
                handle.releaseAsync();
            }
        });
    }

    void busy() {
        deliver(() -> {
            try {
                future.complete(busy.get());
            } catch (RuntimeException ex) {
                future.completeExceptionally(ex);
            }
        });
    }

    void failed(Throwable cause) {
        deliver(() -> future.completeExceptionally(cause));
    }

    /** The caller waits no more; false if the outcome came first. */
    boolean abandon(Throwable why) {
        return future.completeExceptionally(why);
    }

    private void deliver(Runnable completion) {
        if (executor == null) {
            completion.run();
        } else {
            executor.execute(completion);
        }
    }
}
