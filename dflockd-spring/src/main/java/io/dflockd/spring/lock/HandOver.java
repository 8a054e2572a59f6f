package io.dflockd.spring.lock;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what follows a future off the thread that made it. A future that completes before its caller has registered with it
 * would run that on the caller's thread, which may be an event loop that must not block.
 */
final class HandOver {

    private final Thread caller = Thread.currentThread();

    /** Read on the caller's thread only. */
    private boolean registering = true;

    /**
     * Registers with a future, on the caller's thread.
     *
     * @param outcome gets the future's outcome, on another thread
     * @param refused gets what the future's executor threw instead, or why it could not be asked
     */
    <T> void follow(
            CompletableFuture<T> future, BiConsumer<T, @Nullable Throwable> outcome, Consumer<Throwable> refused) {
        Continuation.follow(
                future,
                (value, failure) -> {
                    if (Thread.currentThread() == caller && registering) {
                        execute(future, () -> outcome.accept(value, failure), refused);
                    } else {
                        outcome.accept(value, failure);
                    }
                },
                refused);
        registering = false;
    }

    /**
     * Runs a task on the executor of a future, with the context class loader of this thread. The executor may throw though it has
     * queued the task; only one of the two counts.
     *
     * @param refused gets what the executor threw instead
     */
    static void execute(CompletableFuture<?> future, Runnable task, Consumer<Throwable> refused) {
        // The JDK's threads have that of the system.
        ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
        AtomicBoolean decided = new AtomicBoolean();
        try {
            future.defaultExecutor().execute(() -> {
                if (decided.compareAndSet(false, true)) {
                    runWithClassLoader(classLoader, task);
                }
            });
        } catch (Throwable ex) {
            if (decided.compareAndSet(false, true)) {
                refused.accept(ex);
            }
        }
    }

    private static void runWithClassLoader(@Nullable ClassLoader classLoader, Runnable task) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(classLoader);
        try {
            task.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
