package io.dflockd.client.internal.signal;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where the handlers of one subscription run: on the client's threads for signals or on the user's executor. The user's
 * executor is called by a thread for signals, because its {@code execute} is user code too: it may block, or run the handler
 * in place, and must do neither on the event loop. Any thread may call it.
 *
 * @param clients the client's threads for signals; runs each task and does not throw
 * @param users the user's executor; null to use the client's threads
 * @param later runs a task that does not block a little later, on any thread; false if the client is closed
 */
record HandlerExecutor(Executor clients, @Nullable Executor users, Predicate<Runnable> later) {

    /**
     * Hands in a task, also from the event loop. Does not throw.
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

    /** Hands in a task from a thread on which handlers run. Throws what the executor throws. */
    void resubmit(Runnable task) {
        (users == null ? clients : users).execute(task);
    }
}
