package io.dflockd.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A granted lock or semaphore slot. It belongs to its handle and not to a thread: any thread may use and release the handle.
 *
 * <p>A handle is {@link State#HELD} until it is released or lost; it may be {@link State#SUSPENDED} in between. It is lost at
 * most once, for good and with a {@link LossReason}. {@link #state()}, {@link #isHeld()} and {@link #remainingLease()} need no
 * I/O: they compare the JVM's monotonic clock with the deadline of the handle, so they are also right after a long garbage
 * collection.
 *
 * <p><b>The deadline</b> is the earlier of two times. Both count from the moment at which the client sent a request, which is
 * before the server began to count:
 *
 * <ul>
 *   <li>the send time of the last confirmed acquire or renewal, plus the lease;
 *   <li>the send time of the last answered request on the owning connection, plus the server's read timeout, less a margin
 *       of up to one second ({@link DflockdClientBuilder#serverReadTimeout}).
 * </ul>
 *
 * <p>As long as the server runs and the owning connection lasts, the server gives the lock to nobody else before the
 * deadline.
 *
 * <p><b>A lost connection.</b> When the owning connection ends, the server frees the lock and grants it to the next waiter
 * at once ({@link DflockdClientBuilder#serverAutoRelease}). The handle is lost as soon as the client sees the end of the
 * connection. If only the server sees it, because a reset does not reach the client, the handle stays HELD until its
 * deadline, and another client may hold the lock meanwhile. With the default settings the overlap lasts up to 22 seconds;
 * with a shorter lease it lasts no longer than the lease ({@link Acquirable#withLease}). No check on the client excludes the
 * overlap. A resource that checks {@link #fence()} does. If only the client sees the end, the server frees the lock when the
 * lease or the server's read timeout is over, whichever is earlier.
 *
 * <p><b>Servers that keep the locks of lost connections.</b> With {@link DflockdClientBuilder#serverAutoRelease
 * serverAutoRelease(false)} the end of the owning connection suspends a handle. The client connects again and renews the lock by
 * its token. If the server confirms, the handle is HELD again, and nobody else has held the lock meanwhile. If the server does
 * not know the token, because it was restarted, or if the deadline passes, the handle is lost. There the deadline depends on the
 * lease alone.
 *
 * <p>Work that must not run without the lock calls {@link #isHeld()} or {@link #ensureHeld()} before each step that counts,
 * and passes {@link #fence()} to resources that can check it.
 *
 * <p>The lease is renewed in the background until the handle is released or lost, unless renewal is off. If a held handle
 * becomes garbage, the client logs a warning and releases it.
 */
public interface LockHandle extends AutoCloseable {

    /** The states of a handle. */
    enum State {
        /** Granted; no loss is known and the deadline has not passed. */
        HELD,
        /**
         * The owning connection has ended, and the server has not yet confirmed that it still has the lock. Becomes HELD or LOST,
         * at the latest at the deadline. Only with {@link DflockdClientBuilder#serverAutoRelease serverAutoRelease(false)}.
         */
        SUSPENDED,
        /** Lost, for good. */
        LOST,
        /** Released by {@link LockHandle#release()}, for good. */
        RELEASED
    }

    /** {@return the key on the server} */
    String key();

    /**
     * {@return the server's identifier of this grant, 32 hexadecimal digits} Renewals and releases name it. It is no
     * password, but any client that knows it can release the lock.
     */
    String token();

    /** {@return the lease that the server granted and that each renewal requests, in whole seconds, at least one} */
    Duration lease();

    /**
     * {@return the fence number of this grant, empty if the server issues none} It is an unsigned 64-bit number
     * ({@link Long#compareUnsigned}) that grows with every grant of one server, and starts again when the server restarts. A
     * resource that remembers the highest number it has seen, and refuses lower ones, refuses a holder that has lost its lock
     * without knowing it.
     */
    OptionalLong fence();

    /** {@return the address of the server that granted it, as configured} */
    ServerAddress server();

    /** {@return the current state} No I/O. */
    State state();

    /**
     * {@return whether the handle is HELD: it has not been released, no loss is known, and the deadline has not passed} No
     * I/O. The class description says what this does not exclude.
     */
    boolean isHeld();

    /** {@return the time until the deadline if the server confirms nothing more; zero once released or lost} No I/O. */
    Duration remainingLease();

    /**
     * Throws {@link LockLostException} if the handle is lost, {@link LockSuspendedException} while it is suspended,
     * {@link IllegalStateException} if it was released.
     */
    void ensureHeld();

    /**
     * Waits while the handle is suspended, at most for the given time and until the deadline. Otherwise it returns at once and
     * without I/O.
     *
     * @return whether the handle is held
     */
    boolean awaitHeld(Duration timeout) throws InterruptedException;

    /**
     * Waits while the handle is suspended, until the deadline at the latest. An interrupt does not stop it and the interrupt flag
     * is kept.
     *
     * @return whether the handle is held
     */
    boolean awaitHeldUninterruptibly();

    /**
     * As {@link #awaitHeld}, without waiting. Completed when a suspension has ended, at the latest at the deadline, with whether
     * the handle is held. Never completed exceptionally.
     */
    CompletableFuture<Boolean> heldAsync();

    /** {@return why the handle is lost, empty unless the state is LOST} */
    Optional<LossReason> lossReason();

    /**
     * Registers a listener for the loss. The client calls it once, on one of its own threads. If the handle is lost
     * already, that happens now; if the handle is released, never. The listener may refer to the handle. One that blocks delays
     * no other one, as long as fewer than 16 of the client do.
     */
    LockHandle onLost(LossListener listener);

    /**
     * Renews the lease now ({@code n}), in addition to the background renewals. True once the server has confirmed,
     * false once the handle is lost or released, at the latest at the deadline.
     */
    CompletableFuture<Boolean> renewAsync();

    /**
     * Sets another lease, longer or shorter, and renews it now. From then on {@link #lease()} returns it, and the
     * background renewals send it. The lease is rounded up to whole seconds. The result is that of
     * {@link #renewAsync()}, for the new lease.
     */
    CompletableFuture<Boolean> renewAsync(Duration lease);

    /**
     * Sets for how long from now on the lock is held at least and at most, in place of {@link Acquirable#withHoldAtLeast} and
     * {@link Acquirable#withHoldAtMost}. No I/O.
     *
     * @param atLeast null or zero for no minimum
     * @param atMost null for no maximum
     * @return false if the handle was not held; nothing changed then
     * @throws InvalidArgumentException if one of them is out of range, or if the minimum is longer than the maximum
     */
    boolean limitHold(@Nullable Duration atLeast, @Nullable Duration atMost);

    /**
     * Releases the lock ({@code r}) and waits for the confirmation, at most the request timeout. Idempotent: later calls
     * return the result of the first one. Trouble with the server is no exception. An interrupt does not stop it and the
     * interrupt flag is kept.
     *
     * <p>Before the minimum time of {@link Acquirable#withHoldAtLeast} is over, this returns true at once. The client releases
     * the lock at the server when the time is over.
     *
     * <p>With {@link ReleaseMode#SENT} this does not wait either, and returns whether the handle was held.
     *
     * @return whether the server confirmed. If not, the handle was lost before, or the server did not answer; the server
     *     then frees the lock when the connection or the lease ends
     */
    boolean release();

    /** As {@link #release()}, without waiting. Completed within the request timeout, never exceptionally. */
    CompletableFuture<Boolean> releaseAsync();

    /** {@link #release()}, for try-with-resources. Does not throw. */
    @Override
    void close();
}
