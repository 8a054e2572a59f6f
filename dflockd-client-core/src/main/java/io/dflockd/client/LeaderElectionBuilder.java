package io.dflockd.client;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The settings of an election. Immutable and thread-safe; the methods return copies. Nothing is sent before {@link #start()}.
 *
 * <p><b>Callbacks</b> run on the client's callback threads ({@link DflockdClientBuilder#callbackExecutor}), never on the event
 * loop. Those of one election run one after the other: {@code onGranted}, then {@code onRevoked} of the same term, then
 * {@code onGranted} of the next one. So a callback that blocks delays the later ones of its election, but neither
 * {@link LeaderElection#isLeader()} nor other elections. {@code onGranted} should start the work of a leader and return.
 */
public interface LeaderElectionBuilder {

    /**
     * Returns a copy with another lease; by default that of the client or of the server. It is always renewed. The lease is
     * rounded up to whole seconds.
     *
     * @throws InvalidArgumentException if it is out of range
     */
    LeaderElectionBuilder withLease(Duration lease);

    /**
     * Returns a copy with another limit for which a lock that is given up is held while {@code onRevoked} runs, 5 s by default.
     * After it the lock is released, although the callback has not returned, and a warning says so. This client is not a
     * candidate again before the callback has returned.
     *
     * @throws InvalidArgumentException if it is negative or longer than a year
     */
    LeaderElectionBuilder withRevokeTimeout(Duration timeout);

    /**
     * Returns a copy that calls this when the client has become the leader. If the callback throws, the exception is logged
     * and the leadership is given up with {@link RevocationReason#CALLBACK_FAILED}, so that another candidate may lead; this
     * client is a candidate again after a delay that grows with each failure, from 1 s up to 10 s.
     */
    LeaderElectionBuilder onGranted(Consumer<? super Leadership> callback);

    /**
     * Returns a copy that calls this once when a leadership has ended: at once when it is lost, and before the lock is
     * released when it is given up. An exception is logged.
     */
    LeaderElectionBuilder onRevoked(BiConsumer<? super Leadership, ? super RevocationReason> callback);

    /**
     * Starts the candidacy. Returns at once, also if the server is down.
     *
     * @throws InvalidArgumentException if the client has an election for this role that is not closed
     * @throws ClientClosedException if the client is closed
     */
    LeaderElection start();
}
