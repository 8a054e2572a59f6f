package io.dflockd.client.internal.signal;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where the handlers of one subscription run: on the client's threads for signals or on the user's executor. The user's
 * executor is called by a thread for signals, because its {@code execute} is user code too: it may block, or run the handler
 * in place, and must do neither on the event loop.
 */
final class HandlerExecutor {

    private final Executor clients;
    private final @Nullable Executor users;
    private final Predicate<Runnable> later;

    /**
     * An executor for handlers.
     *
     * @param clients the client's threads for signals; runs each task and does not throw
     * @param users the user's executor; null to use the client's threads
     * @param later runs a task that does not block a little later; false if the client is closed
     */
    HandlerExecutor(Executor clients, @Nullable Executor users, Predicate<Runnable> later) {
        this.clients = clients;
        this.users = users;
        this.later = later;
    }

    /**
     * Hands in a task from any thread, also from the event loop. Does not throw.
     *
     * @param rejected called on a thread for signals if the user's executor failed; it may have queued the task all the same
     */
    void submit(Runnable task, Consumer<Throwable> rejected) {
        Executor target = users;
        clients.execute(
                target == null
                        ? task
                        : () -> {
                            try {
                                target.execute(task);
                            } catch (Throwable ex) {
                                rejected.accept(ex);
                            }
                        });
    }

    /** Hands in a task for the client's threads, from any thread. Does not throw. */
    void submitToClients(Runnable task) {
        clients.execute(task);
    }

    /** Runs a task that does not block a little later, on any thread. False if the client is closed. */
    boolean submitLater(Runnable task) {
        return later.test(task);
    }

    /** Hands in a task from a thread on which handlers run. Throws what the executor throws. */
    void resubmit(Runnable task) {
        (users == null ? clients : users).execute(task);
    }
}
