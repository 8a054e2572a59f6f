package io.dflockd.client.internal.signal;

import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the signals of a subscription go. It ends once, and is drained when it has ended and everything in it has been handled.
 * Any thread may call the methods, and none of those here blocks.
 */
abstract class Sink {

    /** The subscription of a sink. Called on any thread and under no lock. */
    interface Owner {

        /** Everything in the sink has been handled. */
        void emptied();

        /** The handler threw an exception or an error. */
        void handlerFailed(Signal signal, Throwable cause);
    }

    /**
     * A call of a subscription's listener that waits for its turn among the signals.
     *
     * @param subject if too many events wait, a later one about the same subject replaces the oldest; null for an event that is
     *     never dropped, of which there must be few
     */
    record Event(@Nullable Object subject, Runnable call) {

        /** An event that is never dropped. */
        Event(Runnable call) {
            this(null, call);
        }
    }

    final Owner owner;
    /** Guards the buffer and the state of subclasses. */
    final ReentrantLock lock = new ReentrantLock();

    final SignalBuffer buffer;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private boolean ended;

    Sink(SubscriptionOptions options, Owner owner) {
        this.buffer = new SignalBuffer(options);
        this.owner = owner;
    }

    /** Something was offered, or the sink has ended. */
    abstract void wake();

    /** Takes an event of the subscription, to be run in order with the signals. */
    abstract void event(Event event);

    /** Takes no more signals because the client is closed. Returns how many are dropped. */
    abstract int clientClosed();

    /** Whether the current thread is running a handler or listener of this sink. */
    abstract boolean isHandlingOnThisThread();

    /** Whether something that was taken from the buffer is still being handled. Called under the lock. */
    boolean isHandling() {
        return false;
    }

    final void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    final <T> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    /** Whether no more signals are taken. Called under the lock. */
    final boolean hasEnded() {
        return ended;
    }

    /**
     * Takes a signal, to be handled after the next {@link #wake}.
     *
     * @return how many signals were dropped: this one, or older ones in its favour
     */
    final int offer(Signal signal) {
        lock.lock();
        try {
            return ended ? 1 : buffer.offer(signal);
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more signals. Those in the sink may still be handled; the future completes when they have been. */
    final CompletableFuture<Void> end() {
        end(false);
        return drained;
    }

    /** Takes no more signals and drops those that wait. Returns how many. */
    final int discard() {
        return end(true);
    }

    private int end(boolean discard) {
        int dropped = locked(() -> {
            ended = true;
            return discard ? buffer.clearSignals() : 0;
        });
        completeIfDrained();
        wake();
        return dropped;
    }

    final void completeIfDrained() {
        if (locked(() -> ended && buffer.signals() == 0 && !isHandling())) {
            drained.complete(null);
        }
    }

    /** How many signals wait. */
    final int buffered() {
        return locked(buffer::signals);
    }

    /** Whether nothing waits and nothing is being handled. */
    final boolean isIdle() {
        return locked(() -> buffer.isEmpty() && !isHandling());
    }
}
