package io.dflockd.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A place in the queue of a lock or semaphore: the first phase of a two-phase acquisition ({@code e}/{@code se}), whose
 * second phase ({@code w}/{@code sw}) is {@link #await(Duration)}.
 *
 * <p>The place is kept while nobody awaits it, renewed once it is granted, and given up by {@link #close()}, by an await
 * that times out (the server knows no way to wait a little and keep the place), or at the end of its maximum life
 * ({@link DflockdClientBuilder#queuedPlaceMaxLife}). Awaiting it successfully once hands the grant to the caller as a
 * {@link LockHandle}; the place is then used up, and closing it does not touch the handle.
 */
public interface QueuedAcquisition extends AutoCloseable {

    /** How a place stands. */
    enum State {
        /** In the queue. */
        QUEUED,
        /** Granted, kept for the one who awaits it. */
        ACQUIRED,
        /** Handed out to an await. */
        HANDED_OUT,
        /** Timed out, closed, lost or past its maximum life. */
        ENDED
    }

    /**
     * How the place stands now, as far as the client knows. A place that was {@code QUEUED} may have been granted by the
     * server without telling until the second phase is sent.
     *
     * @return the state
     */
    State state();

    /**
     * The key that is queued for.
     *
     * @return the key
     */
    String key();

    /**
     * Waits for the grant.
     *
     * @param timeout how long, zero is allowed
     * @return the handle
     * @throws LockTimeoutException if it was not granted in time; the place is lost
     * @throws LockLostException if it was granted and lost again before it was awaited
     * @throws DflockdException if the connection broke, or the place has ended before
     * @throws InterruptedException if the thread is interrupted; the place is given up
     */
    LockHandle await(Duration timeout) throws InterruptedException;

    /**
     * As {@link #await(Duration)}, but a timeout is an empty result.
     *
     * @param timeout how long, zero is allowed
     * @return the handle, or empty if it was not granted in time; the place is then lost
     * @throws InterruptedException if the thread is interrupted; the place is given up
     */
    Optional<LockHandle> tryAwait(Duration timeout) throws InterruptedException;

    /**
     * As {@link #await(Duration)}, without blocking. Completing or cancelling the future gives the place up.
     *
     * @param timeout how long, zero is allowed
     * @return the handle; completes exceptionally as {@code await} throws
     */
    CompletableFuture<LockHandle> awaitAsync(Duration timeout);

    /** Gives the place up; what was granted is released. Idempotent, does not wait, never throws. */
    @Override
    void close();
}
