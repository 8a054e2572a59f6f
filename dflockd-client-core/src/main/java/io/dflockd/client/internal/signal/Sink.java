package io.dflockd.client.internal.signal;

import io.dflockd.client.Signal;
import io.dflockd.client.internal.signal.SignalBuffer.Offer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where a subscription's signals go. All methods may be called by any thread, and none of them waits. */
interface Sink {

    /** What a sink tells its subscription, on any thread and under no lock. */
    interface Owner {

        /** Everything that was in the sink has been handled. */
        void emptied();

        /** The handler has thrown. */
        void handlerFailed(Signal signal, Throwable cause);
    }

    /**
     * Something to tell.
     *
     * @param about where too many events wait, one is replaced by a later one about the same; null for one that must be told
     */
    record Event(@Nullable Object about, Runnable telling) {

        /** One that must be told. Whoever makes it sees to it that there are few. */
        static Event certain(Runnable telling) {
            return new Event(null, telling);
        }
    }

    /** Takes a signal, to be handled after the next {@link #wake}. One that comes after an end is dropped. */
    Offer offer(Signal signal);

    /** Sees to it that what was offered is handled. */
    void wake();

    /** Takes an event of the subscription, to be run in order with the signals. */
    void event(Event event);

    /** Takes no more. What is there may still be handled; the future completes when it has been. */
    CompletableFuture<Void> end();

    /** Takes no more and drops what is there; returns how many. */
    int discard();

    /** Takes no more because the client is being closed. Returns how many signals are dropped. */
    int clientClosed();

    /** How many signals wait. */
    int buffered();

    /** Whether nothing waits and nothing is being handled. */
    boolean isIdle();
}
