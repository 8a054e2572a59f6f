package io.dflockd.spring.lock;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What follows a future. A future swallows what its continuation throws. If the future is done already, the continuation runs on the
 * thread that registers it, whose stack may be too short for it: then nobody would get the outcome.
 */
final class Continuation<T> implements BiConsumer<T, @Nullable Throwable> {

    private final BiConsumer<T, @Nullable Throwable> action;

    /** Read when the future that follows is done. */
    private boolean ran;

    private Continuation(BiConsumer<T, @Nullable Throwable> action) {
        this.action = action;
    }

    /**
     * Registers a continuation.
     *
     * @param action gets the future's outcome
     * @param failed gets what the action threw, if it ran before this method returned
     */
    static <T> void follow(
            CompletableFuture<T> future, BiConsumer<T, @Nullable Throwable> action, Consumer<Throwable> failed) {
        Continuation<T> continuation = new Continuation<>(action);
        CompletableFuture<T> followed = future.whenComplete(continuation);
        if (followed.isDone() && !continuation.ran) {
            failed.accept(thrownBy(followed));
        }
    }

    private static Throwable thrownBy(CompletableFuture<?> failed) {
        try {
            failed.join();
            return new IllegalStateException("the outcome of an acquisition was not delivered");
        } catch (CompletionException ex) {
            return Failures.causeOf(ex);
        } catch (RuntimeException ex) {
            return ex;
        }
    }

    @Override
    public void accept(T value, @Nullable Throwable failure) {
        action.accept(value, failure);
        ran = true;
    }
}
