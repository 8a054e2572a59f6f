package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.internal.loop.CallbackTask;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Uninterruptibly;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The caller of an acquisition. It gets the outcome once, by the completion of a future. A caller that blocks is woken
 * directly; the future of an asynchronous caller is completed on the callback executor, and the caller may complete it first.
 * A grant that finds the future completed is released.
 *
 * <p>The event loop delivers outcomes; {@link #await} and the completion by the caller happen on the caller's threads.
 *
 * @param <T> the type of the caller's result
 */
final class Caller<T> {

    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final Function<LockHandle, T> granted;
    private final Supplier<T> busy;
    /** Null for a caller that blocks. */
    private final @Nullable ClientLoop loop;

    private Caller(Function<LockHandle, T> granted, Supplier<T> busy, @Nullable ClientLoop loop) {
        this.granted = granted;
        this.busy = busy;
        this.loop = loop;
    }

    /** A caller that blocks in {@link #await}; the result for a busy lock may throw instead. */
    static <T> Caller<T> blocking(Function<LockHandle, T> granted, Supplier<T> busy) {
        return new Caller<>(granted, busy, null);
    }

    /** A caller with a future. */
    static <T> Caller<T> async(Function<LockHandle, T> granted, Supplier<T> busy, ClientLoop loop) {
        return new Caller<>(granted, busy, loop);
    }

    /** The request that a caller waits for. Any thread may call the methods. */
    interface Request {

        /** Why nothing has been granted so far; null if it was busy. */
        default @Nullable DflockdException whyNotGranted() {
            return null;
        }

        /** The caller no longer waits: its time is over, or it was interrupted. */
        void callerLeft(boolean busy);
    }

    CompletableFuture<T> future() {
        return future;
    }

    boolean isAsync() {
        return loop != null;
    }

    boolean isDone() {
        return future.isDone();
    }

    /** Runs a callback when the future is completed, by the loop or by the caller. It may run on any thread. */
    void whenCompleted(Runnable callback) {
        future.whenComplete((BiConsumer<Object, Throwable>) (value, failure) -> callback.run());
    }

    // --- outcomes, delivered by the event loop

    void granted(Holding holding) {
        Handle handle = new Handle(holding);
        holding.handedOut(handle);
        deliver(handle, null);
    }

    void busy() {
        deliver(null, null);
    }

    void failed(Throwable cause) {
        deliver(null, cause);
    }

    private void deliver(@Nullable Handle handle, @Nullable Throwable failure) {
        if (loop == null) {
            complete(handle, failure);
        } else {
            loop.callBack(new CallbackTask() {
                @Override
                protected void call() {
                    complete(handle, failure);
                }
            });
        }
    }

    private void complete(@Nullable Handle handle, @Nullable Throwable failure) {
        try {
            if (failure != null) {
                // A caller that blocks makes its own when it throws.
                future.completeExceptionally(isAsync() ? ClientLoop.own(failure) : failure);
            } else if (handle == null) {
                future.complete(busy.get());
            } else if (!future.complete(granted.apply(handle))) {
                handle.releaseUnused();
            }
        } catch (Throwable ex) {
            future.completeExceptionally(ex);
        }
    }

    // --- waiting, on the caller's thread

    /** Waits for the outcome. An interrupt withdraws the request. */
    T await(long nanos, Request request) throws InterruptedException {
        try {
            return outcome(nanos, request);
        } catch (InterruptedException | Error ex) {
            giveUp(request, ex);
            throw ex;
        }
    }

    /** Waits for the outcome. An interrupt does not end the wait; the flag is kept. */
    T awaitUninterruptibly(long nanos, Request request) {
        try {
            return Uninterruptibly.await(nanos, left -> outcome(left, request));
        } catch (Error ex) {
            giveUp(request, ex);
            throw ex;
        }
    }

    private T outcome(long nanos, Request request) throws InterruptedException {
        try {
            return future.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException ex) {
            throw ClientLoop.failure(ex.getCause());
        } catch (TimeoutException ex) {
            return timedOut(request);
        }
    }

    private T timedOut(Request request) throws InterruptedException {
        DflockdException why = request.whyNotGranted();
        if (!future.completeExceptionally(GivenUp.INSTANCE)) {
            // The outcome came first.
            return outcome(0, request);
        }
        request.callerLeft(why == null);
        if (why != null) {
            throw ClientLoop.failure(why);
        }
        return busy.get();
    }

    private void giveUp(Request request, Throwable why) {
        if (future.completeExceptionally(why)) {
            request.callerLeft(false);
            return;
        }
        T outcome = future.isCompletedExceptionally() ? null : future.join();
        Object handle = outcome instanceof Optional<?> optional ? optional.orElse(null) : outcome;
        if (handle instanceof Handle unwanted) {
            unwanted.releaseUnused();
        }
    }

    /** Fails the caller on its own thread, before its request could be handed in. */
    void notStarted(Throwable cause) {
        future.completeExceptionally(cause);
    }

    /** Marks a future whose caller has withdrawn its request. */
    private static final class GivenUp extends RuntimeException {

        private static final long serialVersionUID = 1L;
        private static final GivenUp INSTANCE = new GivenUp();

        private GivenUp() {
            super("withdrawn by the caller", null, false, false);
        }
    }
}
