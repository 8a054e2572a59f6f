package io.dflockd.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A running candidacy for a role: at most one client of a role is the leader at a time. The leader holds the lock
 * {@link #key()}, and the other candidates wait in the server's queue for it, in the order of their requests and without
 * polling. {@link DflockdClient#leaderElection} starts one.
 *
 * <p><b>What is promised.</b> While the server runs and the leader's connection lasts, no two clients answer true to
 * {@link #isLeader()}. It compares the JVM's monotonic clock with the deadline of the lock, so it is false in time when the network
 * is silent, and after a long garbage collection. The promise is that of {@link LockHandle}, with its limits. When the connection
 * of the leader is cut, the server makes the next candidate the leader at once, perhaps some milliseconds before the old leader
 * sees the end of its connection. Work that must never overlap calls {@link Leadership#ensureLeader()} before each step that
 * counts, and passes {@link Leadership#term()} to resources that can check it.
 *
 * <p>A candidate also waits for a server that is down, and asks again after every failure, with growing delays. It remains a
 * candidate until {@link #close()} or the close of the client. Thread-safe.
 */
public interface LeaderElection extends AutoCloseable {

    /** The states of a candidacy. */
    enum State {
        /** Waits for the lock, or for the server. */
        CANDIDATE,
        /** Leads. */
        LEADER,
        /** Does not lead any more; {@code onRevoked} is being called, then the lock is released. A candidate again after that. */
        REVOKING,
        /** The same, but the election is being closed. */
        CLOSING,
        /** Over. */
        CLOSED
    }

    /** {@return the role} */
    String role();

    /** {@return the key of the lock at the server: {@code leader:} and the role} */
    String key();

    /** {@return the current state} No I/O. A leader whose deadline has passed may still be in {@link State#LEADER}. */
    State state();

    /**
     * {@return whether this client is the leader now} False as soon as the leadership is being given up, and while the lock is
     * suspended ({@link LockHandle.State#SUSPENDED}). No I/O.
     */
    boolean isLeader();

    /** {@return the leadership while {@link #isLeader()} is true, otherwise empty} No I/O. */
    Optional<Leadership> leadership();

    /**
     * Waits until this client is the leader.
     *
     * @param timeout zero or less does not wait
     * @return whether it is the leader; false if the time is over or the election is closed
     * @throws InterruptedException if the thread is interrupted; the candidacy goes on
     */
    boolean await(Duration timeout) throws InterruptedException;

    /**
     * Ends the candidacy. A leader gives the leadership up: {@code onRevoked} is called and has returned, or its time
     * ({@link LeaderElectionBuilder#withRevokeTimeout}) is over, then the lock is released. Waits for all of that, except on the
     * thread of a callback of this election. Idempotent. An interrupt does not end the wait; the flag is kept.
     */
    @Override
    void close();

    /** As {@link #close()}, without waiting. Never completed exceptionally. */
    CompletableFuture<Void> closeAsync();
}
