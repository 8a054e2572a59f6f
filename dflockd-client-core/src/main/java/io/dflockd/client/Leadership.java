package io.dflockd.client;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * One term of a leader, from its election to its end. It does not come back: when the same client is elected again, it gets
 * another one. Thread-safe.
 *
 * <p>While {@code onRevoked} runs because the leadership is given up ({@link #yield()}, a close), the lock is still held and
 * {@link #ensureLeader()} still passes, so that work can be finished. {@link LeaderElection#isLeader()} is false by then.
 */
public interface Leadership {

    /** {@return the role} */
    String role();

    /**
     * {@return the fence number of this term, empty if the server issues none} It is an unsigned number that grows with each
     * term; see {@link LockHandle#fence()}, also for what a restart of the server means.
     */
    OptionalLong term();

    /** {@return the time for which the leadership lasts if the server confirms nothing more, zero if it is over} No I/O. */
    Duration remaining();

    /**
     * Checks that this client still holds the lock of this term. No I/O.
     *
     * @throws NotLeaderException if this term is over
     * @throws LockSuspendedException while the lock is suspended ({@link LockHandle.State#SUSPENDED})
     */
    void ensureLeader();

    /**
     * Gives the leadership up. {@code onRevoked} is called with {@link RevocationReason#YIELDED}, then the lock is released, and
     * the client becomes a candidate a second later, behind those that wait already. Without another candidate it is elected
     * again then. Returns at once, and does nothing if this term is over.
     */
    void yield();
}
