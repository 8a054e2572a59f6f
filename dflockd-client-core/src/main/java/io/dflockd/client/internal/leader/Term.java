package io.dflockd.client.internal.leader;

import io.dflockd.client.Leadership;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockSuspendedException;
import io.dflockd.client.LossReason;
import io.dflockd.client.NotLeaderException;
import io.dflockd.client.RevocationReason;
import io.dflockd.client.internal.lock.DirectLossListener;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One leadership: a handle of the election's lock. Any thread may use it. */
final class Term implements Leadership {

    private final Election election;
    final LockHandle handle;
    /** Completed when the server has heard of the end, or cannot be told. */
    private final CompletableFuture<Void> released = new CompletableFuture<>();

    private volatile @Nullable RevocationReason revoked;

    /** Whether the granted callback was called. Used by the election's callbacks only, which run one after the other. */
    private boolean granted;
    /** Whether the revoked callback has had its turn. As the one before. */
    private boolean ended;

    Term(Election election, LockHandle handle) {
        this.election = election;
        this.handle = handle;
    }

    /** Whether the granted callback is to be called: not after the other one. */
    boolean grantedTurn() {
        granted = !ended;
        return granted;
    }

    /**
     * Whether the revoked callback is to be called. An end that another thread begins right after the grant may queue it first;
     * then neither of the two is called.
     */
    boolean revokedTurn() {
        ended = true;
        return granted;
    }

    /** Whether it is neither held nor suspended any more. */
    boolean isOver() {
        LockHandle.State state = handle.state();
        return state == LockHandle.State.LOST || state == LockHandle.State.RELEASED;
    }

    /** Calls back on the loss of the lock, on any thread and not behind user code; at once if it is lost already. */
    void onLost(Runnable callback) {
        DirectLossListener listener = (lost, reason) -> callback.run();
        LockHandle same = handle.onLost(listener);
    }

    /** Why the lock was lost, or the given reason if it was not. */
    RevocationReason lossOr(RevocationReason other) {
        return handle.lossReason().map(Term::reason).orElse(other);
    }

    private static RevocationReason reason(LossReason loss) {
        return switch (loss) {
            // An election has no maximum time.
            case LEASE_EXPIRED, HELD_TOO_LONG -> RevocationReason.LEASE_EXPIRED;
            case CONNECTION_LOST -> RevocationReason.CONNECTION_LOST;
            case SERVER_SILENT -> RevocationReason.SERVER_SILENT;
            case REJECTED -> RevocationReason.REJECTED;
            case CLIENT_CLOSED -> RevocationReason.CLIENT_CLOSED;
        };
    }

    void revokedFor(RevocationReason reason) {
        revoked = reason;
    }

    /** Releases the lock; later calls return the future of the first. */
    CompletableFuture<Void> release() {
        handle.releaseAsync().whenComplete((confirmed, failure) -> released.complete(null));
        return released;
    }

    boolean isReleased() {
        return released.isDone();
    }

    @Override
    public String role() {
        return election.role();
    }

    @Override
    public OptionalLong term() {
        return handle.fence();
    }

    @Override
    public Duration remaining() {
        return handle.remainingLease();
    }

    @Override
    public void ensureLeader() {
        switch (handle.state()) {
            case HELD -> {}
            case SUSPENDED -> throw new LockSuspendedException(handle.key(), handle.server());
            case LOST, RELEASED -> {
                RevocationReason given = revoked;
                throw new NotLeaderException(role(), lossOr(given == null ? RevocationReason.LEASE_EXPIRED : given));
            }
        }
    }

    @Override
    public void yield() {
        election.revoke(this, RevocationReason.YIELDED);
    }

    @Override
    public String toString() {
        return "leadership of '" + role() + "'"
                + (term().isPresent() ? ", term " + Long.toUnsignedString(term().getAsLong()) : "");
    }
}
