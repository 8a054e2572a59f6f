package io.dflockd.spring.signal.listener;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The calls of a container to user code that are under way. Thread-safe. */
final class ListenerCalls {

    private final List<Thread> threads = new ArrayList<>();

    private @Nullable CompletableFuture<Void> idle;

    /** A call to user code. */
    interface Call<E extends Exception> {

        void run() throws E;
    }

    <E extends Exception> void run(Call<E> call) throws E {
        synchronized (threads) {
            threads.add(Thread.currentThread());
        }
        try {
            call.run();
        } finally {
            ended();
        }
    }

    private void ended() {
        CompletableFuture<Void> complete = null;
        synchronized (threads) {
            threads.remove(Thread.currentThread());
            if (threads.isEmpty()) {
                complete = idle;
                idle = null;
            }
        }
        if (complete != null) {
            complete.complete(null);
        }
    }

    /** Whether the current thread is in one of the calls, and would wait for itself. */
    boolean includeThisThread() {
        synchronized (threads) {
            return threads.contains(Thread.currentThread());
        }
    }

    /** Completes as soon as no call is under way. */
    CompletableFuture<Void> whenIdle() {
        synchronized (threads) {
            if (threads.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            if (idle == null) {
                idle = new CompletableFuture<>();
            }
            return idle;
        }
    }
}
