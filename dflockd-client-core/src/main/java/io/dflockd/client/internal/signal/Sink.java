package io.dflockd.client.internal.signal;

import io.dflockd.client.Signal;
import java.util.concurrent.CompletableFuture;

/** Where the signals of a subscription go. Any thread may call the methods, and none of them blocks. */
interface Sink {

    /**
     * Takes a signal, to be handled after the next {@link #wake}.
     *
     * @return how many signals were dropped: this one, or older ones in its favour
     */
    int offer(Signal signal);

    /** Starts to handle what was offered. */
    void wake();

    /** Takes an event of the subscription, to be run in order with the signals. */
    void event(SubscriptionEvent event);

    /** Takes no more signals. Those in the sink may still be handled; the future completes when they have been. */
    CompletableFuture<Void> end();

    /** Takes no more signals and drops those that wait. Returns how many. */
    int discard();

    /** Takes no more signals because the client is closed. Returns how many are dropped. */
    int clientClosed();

    /** How many signals wait. */
    int buffered();

    /** Whether nothing waits and nothing is being handled. */
    boolean isIdle();

    /** Whether the current thread is running a handler or listener of this sink. */
    boolean isHandlingOnThisThread();
}
