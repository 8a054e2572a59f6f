package io.dflockd.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The verbs that locks and semaphores share. An instance says what to acquire and how; it is immutable, thread-safe,
 * cheap, and opens nothing. Acquiring the same key twice waits for itself: the server is not re-entrant.
 *
 * <p>All verbs throw, or complete exceptionally with, these: {@link LockRejectedException} when a limit refuses,
 * {@link SemaphoreLimitMismatchException} when the key has another limit, {@link DflockdConnectionException} when the
 * server cannot be reached or does not answer, {@link DflockdAuthenticationException}, {@link DflockdProtocolException},
 * and {@link ClientClosedException}. While the caller's time lasts, a verb that waits also waits for a server that is
 * down; a try does not.
 *
 * <p>The futures of the asynchronous forms are completed on the client's callback executor. Completing one first, by
 * {@code cancel} or {@code orTimeout} for example, withdraws the request; a grant that comes all the same is released.
 *
 * @param <A> the type of the copies that the {@code with} methods return
 */
public interface Acquirable<A extends Acquirable<A>> {

    /**
     * The key on the server.
     *
     * @return the key
     */
    String key();

    /**
     * The logical name for events and metrics.
     *
     * @return null where none was given
     */
    @Nullable
    String name();

    /**
     * A copy with another lease. The lease is still renewed in the background.
     *
     * @param lease rounded up to whole seconds, at least one
     * @return the copy
     * @throws InvalidArgumentException if it is not positive or too long for the protocol
     */
    A withLease(Duration lease);

    /**
     * A copy with another acquire timeout.
     *
     * @param timeout zero is allowed
     * @return the copy
     * @throws InvalidArgumentException if it is negative or too long for the protocol
     */
    A withAcquireTimeout(Duration timeout);

    /**
     * A copy that renews at another part of the lease.
     *
     * @param ratio between 0 and 1, both exclusive
     * @return the copy
     * @throws InvalidArgumentException if it is out of range
     */
    A withRenewRatio(double ratio);

    /**
     * A copy whose lease is not renewed: the handle is lost when the lease ends.
     *
     * @return the copy
     */
    A withoutRenewal();

    /**
     * A copy with a logical name, which events and metrics use. Unlike a key, it should have few values.
     *
     * @param name the name
     * @return the copy
     */
    A withName(String name);

    /**
     * Acquires, waiting up to the acquire timeout ({@code l}/{@code sl}).
     *
     * @return the handle
     * @throws LockTimeoutException if it was busy all that time
     * @throws InterruptedException if the thread is interrupted; the request is withdrawn and nothing is held
     */
    LockHandle acquire() throws InterruptedException;

    /**
     * Acquires if it is free now ({@code l}/{@code sl} with timeout 0).
     *
     * @return empty if it is busy
     * @throws InterruptedException if the thread is interrupted; nothing is held
     */
    Optional<LockHandle> tryAcquire() throws InterruptedException;

    /**
     * Acquires, waiting up to the given time.
     *
     * @param timeout how long; the caller's clock decides, also below a second; zero or less is {@link #tryAcquire()}
     * @return empty if it was busy all that time
     * @throws InterruptedException if the thread is interrupted; nothing is held
     */
    Optional<LockHandle> tryAcquire(Duration timeout) throws InterruptedException;

    /**
     * {@link #acquire()} without blocking.
     *
     * @return the handle, or exceptionally what {@code acquire} throws
     */
    CompletableFuture<LockHandle> acquireAsync();

    /**
     * {@link #tryAcquire()} without blocking.
     *
     * @return empty if it is busy
     */
    CompletableFuture<Optional<LockHandle>> tryAcquireAsync();

    /**
     * {@link #tryAcquire(Duration)} without blocking.
     *
     * @param timeout how long
     * @return empty if it was busy all that time
     */
    CompletableFuture<Optional<LockHandle>> tryAcquireAsync(Duration timeout);

    /**
     * Joins the queue without waiting: phase one of two ({@code e}/{@code se}).
     *
     * @return the place; close it
     * @throws InterruptedException if the thread is interrupted; the place is given up
     */
    QueuedAcquisition enqueue() throws InterruptedException;

    /**
     * {@link #enqueue()} without blocking.
     *
     * @return the place; close it
     */
    CompletableFuture<QueuedAcquisition> enqueueAsync();
}
