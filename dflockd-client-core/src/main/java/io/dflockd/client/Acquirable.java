package io.dflockd.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The operations of locks and semaphores. An instance says what to acquire and how. It is immutable, thread-safe and cheap,
 * and creating one opens no connection. The server is not reentrant: acquiring a key that the caller already holds waits
 * like any other acquisition.
 *
 * <p>All operations throw, or complete exceptionally with, one of these:
 *
 * <ul>
 *   <li>{@link LockRejectedException} if a limit of the server or of this client refuses the request;
 *   <li>{@link SemaphoreLimitMismatchException} if the key is in use with another limit;
 *   <li>{@link DflockdConnectionException} if the server cannot be reached or does not answer;
 *   <li>{@link DflockdAuthenticationException} and {@link DflockdProtocolException};
 *   <li>{@link ClientClosedException} if the client is closed.
 * </ul>
 *
 * <p>A timeout of zero makes a <em>try</em>: it asks once and does not wait for a server that is down. With a longer
 * timeout an acquisition waits for a busy key and also for a server that is down, and asks again after its connection
 * broke. The first connection to a server may take one second even if the timeout is shorter.
 *
 * <p>Futures are completed on the client's callback executor. Completing one early, for example by {@code cancel} or
 * {@code orTimeout}, withdraws the request; if the server grants it nevertheless, the grant is released.
 *
 * <p>The {@code with} methods throw {@link InvalidArgumentException} if a value is out of range. The methods that block throw
 * {@link InterruptedException} if the thread is interrupted; the request is then withdrawn and nothing is held.
 *
 * @param <A> the type of the copies that the {@code with} methods return
 */
public interface Acquirable<A extends Acquirable<A>> {

    /** {@return the key on the server} */
    String key();

    /** {@return the logical name for events and metrics, null if none was given} */
    @Nullable
    String name();

    /**
     * Returns a copy with another lease. The lease is still renewed in the background. It is rounded up to whole
     * seconds.
     */
    A withLease(Duration lease);

    /** Returns a copy with another acquire timeout, zero for a try. */
    A withAcquireTimeout(Duration timeout);

    /** Returns a copy that renews the lease after another part of it, between 0 and 1, both exclusive. */
    A withRenewRatio(double ratio);

    /** {@return a copy whose lease is not renewed: the handle is lost when the lease ends} */
    A withoutRenewal();

    /**
     * Returns a copy that stays locked for a minimum time, counted from the grant by the client's monotonic clock. Parts of a
     * second count.
     *
     * <p>A release before that time returns at once, and the handle is released: it is not held, not in the
     * {@linkplain DflockdClient#snapshot() snapshot}, and cannot be lost. But the client keeps the lock at the server, with
     * renewals, until the time is over, and releases it then. Until then the key is busy, also for this client.
     *
     * <p>The minimum ends with the process and with the connection, because the server frees what a lost connection held. A
     * {@linkplain DflockdClient#close() close} waits for it no longer than {@link DflockdClientBuilder#holdAtLeastOnClose}. A
     * handle that nobody received is released at once.
     *
     * @param atLeast null or zero for no minimum
     * @throws InvalidArgumentException if it is negative, longer than a year, or longer than the maximum
     */
    A withHoldAtLeast(@Nullable Duration atLeast);

    /**
     * Returns a copy that is held for a maximum time, counted from the grant by the client's monotonic clock. Parts of a second
     * count. After it the handle is lost with {@link LossReason#HELD_TOO_LONG}, and the client releases the lock at the server.
     *
     * @param atMost null for no maximum
     * @throws InvalidArgumentException if it is not positive, longer than a year, or shorter than the minimum
     */
    A withHoldAtMost(@Nullable Duration atMost);

    /** Returns a copy whose handles are released with or without waiting for the server. */
    A withRelease(ReleaseMode mode);

    /** Returns a copy with a logical name for events and metrics. Use few different names; keys may be many. */
    A withName(String name);

    /**
     * Acquires, waiting up to the acquire timeout ({@code l}/{@code sl}).
     *
     * @throws LockTimeoutException if the key was busy during the whole acquire timeout
     */
    LockHandle acquire() throws InterruptedException;

    /** Acquires if the key is free now ({@code l}/{@code sl} with timeout 0). Empty if the key is busy. */
    Optional<LockHandle> tryAcquire() throws InterruptedException;

    /**
     * Acquires, waiting up to the given time.
     *
     * @param timeout measured by the client's clock, also below a second; zero or less is {@link #tryAcquire()}
     * @return the handle, empty if the key was busy during the whole time
     */
    Optional<LockHandle> tryAcquire(Duration timeout) throws InterruptedException;

    /** {@return the handle, or exceptionally what {@link #acquire()} throws} Does not block. */
    CompletableFuture<LockHandle> acquireAsync();

    /** {@return what {@link #tryAcquire()} returns or throws} Does not block. */
    CompletableFuture<Optional<LockHandle>> tryAcquireAsync();

    /** {@link #tryAcquire(Duration)} without blocking. */
    CompletableFuture<Optional<LockHandle>> tryAcquireAsync(Duration timeout);

    /**
     * Joins the queue and does not wait for the grant: the first phase of a two-phase acquisition ({@code
     * e}/{@code se}). Close the place.
     */
    QueuedAcquisition enqueue() throws InterruptedException;

    /** {@return the place in the queue, or exceptionally what {@link #enqueue()} throws; close it} Does not block. */
    CompletableFuture<QueuedAcquisition> enqueueAsync();
}
