package io.dflockd.client;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A subscription whose signals the caller takes himself, one after the other. It ends, after what has arrived was taken,
 * when it or its client is closed. Thread-safe; a signal goes to one taker.
 *
 *
 * <pre>{@code try (SignalStream signals = client.signals().stream("events.>")) {
 *     for (Signal signal : signals) {
 *         ...
 *     }
 * }
 * }</pre>
 */
public interface SignalStream extends Iterable<Signal>, AutoCloseable {

    /** The subscription behind it. Its close with a time waits for the rest to be taken. */
    SignalSubscription subscription();

    /** Takes the next signal, waiting for it. Empty if there will be none because the subscription was closed. */
    Optional<Signal> take() throws InterruptedException;

    /**
     * Takes the next signal if it comes in time. Zero or less takes only what is there. Empty if none came, or none
     * will come.
     */
    Optional<Signal> poll(Duration timeout) throws InterruptedException;

    /**
     * Takes signals until the subscription is closed.
     *
     * @return an iterator that waits in {@code hasNext} and {@code next}; where the thread is interrupted they throw
     *     {@link java.util.concurrent.CancellationException} and leave it interrupted
     */
    @Override
    Iterator<Signal> iterator();

    /**
     * Takes signals until the subscription is closed, as {@link #iterator()} does. The stream is sequential; closing it
     * closes the subscription.
     */
    Stream<Signal> stream();

    /** Stops listening. What has arrived can still be taken. Idempotent. */
    @Override
    void close();
}
