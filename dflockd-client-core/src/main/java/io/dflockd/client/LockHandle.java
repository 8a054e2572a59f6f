package io.dflockd.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A lock or semaphore slot that was granted. The handle is the ownership: any thread may use and release it.
 *
 * <p>A handle is {@link State#HELD} until it is released or lost. It is lost once, with a {@link LossReason}, when the
 * server may have handed the lock on: at the latest when its local deadline passes, whatever the network does.
 * {@link #isHeld()} compares a monotonic clock with that deadline and needs no I/O, so it is also right after a long
 * garbage collection. Work that must not run without the lock asks it (or {@link #ensureHeld()}) before each step that
 * counts, and passes {@link #fence()} to what can check it.
 *
 * <p>The lease is renewed in the background until the handle is released, unless renewal was switched off. A handle that
 * becomes garbage unreleased is reported in the log and released.
 */
public interface LockHandle extends AutoCloseable {

    /** What a handle can be. */
    enum State {
        /** Granted, and the local deadline has not passed. */
        HELD,
        /** Lost, for good. */
        LOST,
        /** Released by {@link LockHandle#release()}, for good. */
        RELEASED
    }

    /**
     * The key on the server.
     *
     * @return the key
     */
    String key();

    /**
     * The server's name for this grant; it is what releases and renews it. Not a secret like a password, but whoever
     * knows it can release the lock.
     *
     * @return 32 hex digits
     */
    String token();

    /**
     * The lease that each renewal sets anew.
     *
     * @return whole seconds, at least one
     */
    Duration lease();

    /**
     * The server's fence number of this grant, an unsigned 64-bit number ({@link Long#compareUnsigned}) that grows with
     * every grant within one run of one server. It starts anew when the server restarts.
     *
     * @return empty where the server issues none
     */
    OptionalLong fence();

    /**
     * The server that granted it.
     *
     * @return its address as configured
     */
    ServerAddress server();

    /**
     * The state now, without I/O.
     *
     * @return the state
     */
    State state();

    /**
     * Whether the lock is surely still ours: state HELD, and the local deadline has not passed. No I/O.
     *
     * @return false once released or lost
     */
    boolean isHeld();

    /**
     * How long the lock is surely ours if nothing more is heard from the server. No I/O.
     *
     * @return zero once released or lost
     */
    Duration remainingLease();

    /**
     * Throws unless {@link #isHeld()}.
     *
     * @throws LockLostException if it is lost
     * @throws IllegalStateException if it was released
     */
    void ensureHeld();

    /**
     * Why it was lost.
     *
     * @return empty unless the state is LOST
     */
    Optional<LossReason> lossReason();

    /**
     * Registers a listener for the loss. It runs once, and at once (still on the client's thread) where the handle is
     * lost already; never after a release.
     *
     * @param listener the listener
     * @return this handle
     */
    LockHandle onLost(LossListener listener);

    /**
     * Renews the lease now ({@code n}), besides the background renewals.
     *
     * @return completes with true once the server confirmed, with false where the handle is or gets lost or released, at
     *     the latest when its deadline passes
     */
    CompletableFuture<Boolean> renewAsync();

    /**
     * Gives the lock back ({@code r}) and waits for the server to confirm, at most the request timeout. Idempotent: a
     * second call does nothing and returns what the first one did. Does not throw for trouble with the server, and an
     * interrupt does not stop it; the interrupt flag is kept.
     *
     * @return whether the server confirmed; false where the handle was lost or the server could not be asked, which then
     *     frees the lock at the end of the connection or of the lease
     */
    boolean release();

    /**
     * As {@link #release()}, without waiting.
     *
     * @return whether the server confirmed; never completes exceptionally
     */
    CompletableFuture<Boolean> releaseAsync();

    /** {@link #release()}, for try-with-resources. Never throws. */
    @Override
    void close();
}
