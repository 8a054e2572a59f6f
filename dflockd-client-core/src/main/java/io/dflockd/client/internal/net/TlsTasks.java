package io.dflockd.client.internal.net;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs the TLS tasks of one server off the event loop, one after the other: they call code of the user, such as a trust manager,
 * and if it blocks it costs one thread. Tasks are handed in and forgotten on the event loop.
 */
final class TlsTasks {

    private final Executor threads;
    /** Guarded by {@code this}. */
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    /** Whether a thread runs what waits. Guarded by {@code this}. */
    private boolean running;

    TlsTasks(Executor threads) {
        this.threads = threads;
    }

    /** Hands in a task, which must report its failure itself. Throws what the executor throws if there is no thread for it. */
    void execute(Runnable task) {
        synchronized (this) {
            waiting.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        try {
            threads.execute(this::runAll);
        } catch (Throwable ex) {
            synchronized (this) {
                waiting.clear();
                running = false;
            }
            throw ex;
        }
    }

    /** Drops a task, unless it has begun. */
    synchronized void forget(Runnable task) {
        waiting.remove(task);
    }

    private void runAll() {
        Runnable task;
        while ((task = next()) != null) {
            try {
                task.run();
            } catch (Throwable ex) {
                // It has reported it. The others wait for this thread.
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable task = waiting.poll();
        running = task != null;
        return task;
    }
}
