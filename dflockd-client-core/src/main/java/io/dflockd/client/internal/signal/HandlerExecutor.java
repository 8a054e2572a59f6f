package io.dflockd.client.internal.signal;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the handlers of one subscription run: on the client's threads for signals or on the user's executor. The user's
 * executor is called by a thread for signals, because its {@code execute} is user code too: it may block, or run the handler
 * in place, and must do neither on the event loop.
 */
final class HandlerExecutor {

    private final Executor clients;

    private final @Nullable Executor users;

    /**
     * An executor for handlers.
     *
     * @param clients the client's threads for signals
     * @param users the user's executor; null to use the client's threads
     */
    HandlerExecutor(Executor clients, @Nullable Executor users) {
        this.clients = clients;
        this.users = users;
    }

    /**
     * Hands in a task from any thread, also from the event loop. Does not throw. An executor that fails may have queued the
     * task all the same.
     *
     * @param rejected called on any thread if an executor failed
     */
    void submit(Runnable task, Consumer<Throwable> rejected) {
        Executor target = users;
        Runnable submitted = target == null ? task : () -> execute(target, task, rejected);
        execute(clients, submitted, rejected);
    }

    private static void execute(Executor executor, Runnable task, Consumer<Throwable> rejected) {
        try {
            executor.execute(task);
        } catch (Throwable ex) {
            rejected.accept(ex);
        }
    }

    /** Hands in a task from a thread on which handlers run. Throws what the executor throws. */
    void resubmit(Runnable task) {
        (users == null ? clients : users).execute(task);
    }
}
