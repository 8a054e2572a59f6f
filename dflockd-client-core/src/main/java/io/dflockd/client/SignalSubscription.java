package io.dflockd.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to a pattern. It lasts until it or its client is closed. When a connection breaks, the client subscribes
 * again, and signals that were emitted meanwhile are missed ({@link SubscriptionListener#gap}). Thread-safe.
 */
public interface SignalSubscription extends AutoCloseable {

    /** {@return the pattern of the channels that it listens to} */
    String pattern();

    /** {@return the queue group, null for a plain subscription} */
    @Nullable
    String group();

    /**
     * Completes when every server has confirmed the subscription for the first time; signals emitted from then on reach it.
     * Completes exceptionally if it is closed before. The future is the caller's own; completing it has no effect here.
     * It completes on the callback executor.
     */
    CompletableFuture<Void> ready();

    /** {@return whether every server has confirmed the subscription on a connection that is open} */
    boolean isConnected();

    /** The number of signals that have arrived, including those that were dropped. */
    long received();

    /**
     * The number of signals that arrived and were dropped, because the buffer was full or the subscription was closed. Signals
     * that the server dropped, or that were emitted while it was disconnected, cannot be counted.
     */
    long dropped();

    /** The number of signals that wait to be handled. */
    int buffered();

    /** {@return whether a close has begun} */
    boolean isClosed();

    /**
     * Stops listening, waits until the signals that have arrived are handled, and closes. Concurrent closes share one outcome;
     * the shortest drain time wins. Closing the client ends the drain. A handler or listener of this subscription that calls
     * this method does not wait for itself: it drops the signals that wait.
     *
     * @return whether all signals were handled; if not, the rest is dropped, and a handler that runs is not interrupted
     * @throws InterruptedException if the thread is interrupted; the subscription is closed nevertheless
     */
    boolean close(Duration drain) throws InterruptedException;

    /** The same as {@link #close(Duration)} without waiting. Completed on the callback executor. */
    CompletableFuture<Boolean> closeAsync(Duration drain);

    /**
     * Stops listening and drops the signals that wait, even if a drain is under way. Does not wait for a handler that runs.
     * Idempotent.
     */
    @Override
    void close();
}
