package io.dflockd.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A place in the queue of a lock or semaphore: the first phase of a two-phase acquisition ({@code e}/{@code se}). The second
 * phase ({@code w}/{@code sw}) is {@link #await(Duration)}. Thread-safe.
 *
 * <p>The client keeps the place while nobody awaits it and renews the lease once the server has granted it. A successful
 * await hands the grant to its caller as a {@link LockHandle}; closing the place has no effect on the handle. The place ends
 * without a handle when it is closed, when its connection is lost, when an await times out or is withdrawn (the protocol
 * cannot stop waiting and keep the place), or after its maximum life ({@link DflockdClientBuilder#queuedPlaceMaxLife}).
 * An interrupt of an await ends it too.
 */
public interface QueuedAcquisition extends AutoCloseable {

    /** The states of a place. */
    enum State {
        /** In the queue, as far as the client knows. */
        QUEUED,
        /** Granted and held for the caller that awaits the place. */
        ACQUIRED,
        /** Handed out by an await. */
        HANDED_OUT,
        /** Timed out, closed, lost, or older than its maximum life. */
        ENDED
    }

    /**
     * {@return the current state} The server does not report a grant before the second phase is requested, so it may have
     * granted a place that is {@code QUEUED} here.
     */
    State state();

    /** {@return the key on the server} */
    String key();

    /**
     * Waits for the grant.
     *
     * @throws LockTimeoutException if the key was busy for the whole time; the place has ended
     * @throws LockLostException if the lock was granted and then lost before it was handed out
     * @throws DflockdException if the connection was lost, or the place had ended before
     */
    LockHandle await(Duration timeout) throws InterruptedException;

    /** As {@link #await(Duration)}, with an empty result instead of a {@link LockTimeoutException}. */
    Optional<LockHandle> tryAwait(Duration timeout) throws InterruptedException;

    /** As {@link #await(Duration)}, without blocking. Completing or cancelling the future ends the place. */
    CompletableFuture<LockHandle> awaitAsync(Duration timeout);

    /** Leaves the queue, and releases the lock if it was granted. Idempotent, does not wait, does not throw. */
    @Override
    void close();
}
