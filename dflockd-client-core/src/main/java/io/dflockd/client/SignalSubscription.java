package io.dflockd.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to a pattern. It lasts until it or its client is closed: when a connection breaks it is renewed by
 * itself, and what was emitted meanwhile is missed ({@link SubscriptionListener#gap}). Thread-safe.
 */
public interface SignalSubscription extends AutoCloseable {

    /**
     * What was subscribed to.
     *
     * @return the pattern
     */
    String pattern();

    /**
     * The queue group.
     *
     * @return null for a plain subscription
     */
    @Nullable
    String group();

    /**
     * Completes when every server has confirmed it for the first time; signals emitted from then on reach it. Completes
     * exceptionally when it is closed before. The returned future is the caller's own; completing it has no effect here.
     *
     * @return completed on the callback executor
     */
    CompletableFuture<Void> ready();

    /**
     * Whether every server has confirmed it on a connection that is open.
     *
     * @return false while one of them is being reconnected
     */
    boolean isConnected();

    /**
     * How many signals have arrived for it, those that were dropped included.
     *
     * @return the count
     */
    long received();

    /**
     * How many signals that had arrived were dropped because its buffer was full or it was closed. What the server
     * dropped, or emitted while it was disconnected, nobody can count.
     *
     * @return the count
     */
    long dropped();

    /**
     * How many signals wait to be handled.
     *
     * @return the count
     */
    int buffered();

    /**
     * Whether it was closed.
     *
     * @return true from the moment that a close begins
     */
    boolean isClosed();

    /**
     * Stops listening, lets what has arrived be handled, and then closes. Several closes are one: all of them are told the
     * same, and the time that is over first counts. A close of the client ends it at once.
     *
     * @param drain how long to wait for that
     * @return false if the time was over before; the rest is dropped, and a handler that runs is not interrupted
     * @throws InterruptedException if the thread is interrupted; it is closed all the same
     */
    boolean close(Duration drain) throws InterruptedException;

    /**
     * Does what {@link #close(Duration)} does without waiting for it.
     *
     * @param drain how long what has arrived may still be handled
     * @return completed on the callback executor: true when all of it was, false when the time was over
     */
    CompletableFuture<Boolean> closeAsync(Duration drain);

    /**
     * Stops listening and drops what has not been handled yet, also where a close with time is under way. Does not wait
     * for a handler that runs. Idempotent.
     */
    @Override
    void close();
}
