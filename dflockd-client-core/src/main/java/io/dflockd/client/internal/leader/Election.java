package io.dflockd.client.internal.leader;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.LeaderElection;
import io.dflockd.client.Leadership;
import io.dflockd.client.LockHandle;
import io.dflockd.client.RevocationReason;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.loop.RetryDelay;
import io.dflockd.client.internal.loop.Uninterruptibly;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One election, from its start to its close: it asks for the lock, leads while it is held, and asks again.
 *
 * <p>Any thread may call it. Decisions are made under {@code this}; requests and callbacks are made outside of it. A step that comes
 * from an earlier term changes nothing.
 */
final class Election implements LeaderElection {

    private static final Logger logger = LoggerFactory.getLogger(Election.class);

    /** What a close waits for beside the callback: the release. */
    private static final long RELEASE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final Map<State, Set<State>> NEXT = new EnumMap<>(Map.of(
            State.CANDIDATE, EnumSet.of(State.LEADER, State.CLOSED),
            State.LEADER, EnumSet.of(State.REVOKING, State.CLOSING),
            State.REVOKING, EnumSet.of(State.CANDIDATE, State.CLOSING),
            State.CLOSING, EnumSet.of(State.CLOSED)));

    private final ElectionHost host;
    private final ElectionSettings settings;
    private final DistributedLock lock;
    private final CallbackQueue callbacks;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private volatile State state = State.CANDIDATE;
    /** While CANDIDATE and not paused: the outstanding request. */
    private @Nullable CompletableFuture<Optional<LockHandle>> request;
    /** While LEADER. */
    private volatile @Nullable Term leading;
    /** While REVOKING or CLOSING. */
    private @Nullable Term ending;
    /** Completed at the end of this candidacy: elected, or closed. */
    private CompletableFuture<Void> decided = new CompletableFuture<>();
    /** Since a leadership was taken over without trouble. */
    private int failures;

    private boolean warned;

    Election(ElectionHost host, ElectionSettings settings) {
        this.host = host;
        this.settings = settings;
        this.lock = settings.lock(host);
        this.callbacks = new CallbackQueue(host::callBack);
    }

    static boolean mayBecome(State from, State next) {
        return NEXT.getOrDefault(from, Set.of()).contains(next);
    }

    /** A thread that has its monitor keeps others from adding callbacks. */
    CallbackQueue callbacks() {
        return callbacks;
    }

    private void become(State next) {
        if (!mayBecome(state, next)) {
            throw new IllegalStateException(settings + " cannot become " + next + " after " + state);
        }
        state = next;
    }

    // --- CANDIDATE

    /** Asks for the lock. */
    void ask() {
        if (state != State.CANDIDATE) {
            return;
        }
        CompletableFuture<Optional<LockHandle>> asked;
        try {
            asked = lock.tryAcquireAsync(Durations.LONGEST_WAIT);
        } catch (Throwable ex) {
            // The client's thread could not be started.
            askLater(ex);
            return;
        }
        boolean wanted;
        synchronized (this) {
            wanted = state == State.CANDIDATE;
            if (wanted) {
                request = asked;
            }
        }
        if (!wanted) {
            asked.cancel(false);
        }
        asked.whenComplete(this::answered);
    }

    private void answered(@Nullable Optional<LockHandle> granted, @Nullable Throwable failure) {
        if (granted != null && granted.isPresent()) {
            granted(granted.get());
        } else if (granted != null) {
            ask();
        } else {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof ClientClosedException) {
                end(RevocationReason.CLIENT_CLOSED);
            } else {
                askLater(cause);
            }
        }
    }

    /** Asks again after a failure for which the lock does not wait by itself, such as a wrong token. */
    private void askLater(@Nullable Throwable cause) {
        boolean warns;
        long delay;
        synchronized (this) {
            if (state != State.CANDIDATE) {
                return;
            }
            request = null;
            delay = nextDelay();
            warns = cause != null && !warned;
            warned |= warns;
        }
        if (warns) {
            logger.warn(
                    "The {} cannot ask for the lock and tries again: {}; this is logged once until it has been the leader",
                    settings,
                    String.valueOf(cause));
        }
        askAfter(delay);
    }

    /** Not on the loop: before the first grant, the sharding strategy is asked, which is code of the user. */
    private void askAfter(long delay) {
        if (host.schedule(() -> host.callBack(this::ask), delay) == null) {
            end(RevocationReason.CLIENT_CLOSED);
        }
    }

    private long nextDelay() {
        return RetryDelay.CANDIDACY.nanos(failures++);
    }

    private void granted(LockHandle handle) {
        Term term = new Term(this, handle);
        if (!term.handle.isHeld()) {
            // Lost or suspended on the way here.
            term.release();
            askLater(null);
            return;
        }
        CompletableFuture<Void> elected = null;
        synchronized (this) {
            if (state == State.CANDIDATE) {
                become(State.LEADER);
                request = null;
                leading = term;
                elected = decided;
            }
        }
        if (elected == null) {
            term.release();
            return;
        }
        callbacks.add(() -> callGranted(term));
        // After the callback was queued: a loss queues the next one.
        term.onLost(() -> lost(term));
        elected.complete(null);
    }

    // --- LEADER

    private void callGranted(Term term) {
        if (!term.grantedTurn()) {
            return;
        }
        logger.info("This client is the leader of '{}' ({})", role(), term);
        try {
            settings.granted().accept(term);
        } catch (Throwable ex) {
            logger.error("The onGranted callback of the {} failed; the leadership is given up", settings, ex);
            revoke(term, RevocationReason.CALLBACK_FAILED);
            return;
        }
        synchronized (this) {
            failures = 0;
            warned = false;
        }
    }

    private void lost(Term term) {
        revoke(term, term.lossOr(RevocationReason.LEASE_EXPIRED));
    }

    /** Ends a term, once. */
    void revoke(Term term, RevocationReason reason) {
        synchronized (this) {
            if (leading != term) {
                return;
            }
            leave(term, reason, State.REVOKING);
        }
        begin(term, reason);
    }

    private void leave(Term term, RevocationReason reason, State next) {
        become(next);
        leading = null;
        ending = term;
        decided = new CompletableFuture<>();
        term.revokedFor(reason);
    }

    // --- REVOKING and CLOSING

    /** Calls back, then releases; the release does not wait for the callback longer than the revoke timeout. */
    private void begin(Term term, RevocationReason reason) {
        CompletableFuture<Void> returned = new CompletableFuture<>();
        CompletableFuture<Void> mayRelease = new CompletableFuture<>();
        CompletableFuture<Void> released = mayRelease.thenCompose(nothing -> term.release());
        released.thenRun(() -> released(term));
        returned.runAfterBoth(released, () -> over(reason));
        callbacks.add(() -> {
            callRevoked(term, reason);
            returned.complete(null);
            mayRelease.complete(null);
        });
        Runnable cancelTimeout =
                host.schedule(() -> revokeTimeOver(term, mayRelease), Durations.nanos(settings.revokeTimeout()));
        if (cancelTimeout == null) {
            mayRelease.complete(null);
        } else {
            mayRelease.thenRun(cancelTimeout);
        }
    }

    private void callRevoked(Term term, RevocationReason reason) {
        if (!term.revokedTurn()) {
            return;
        }
        logger.info("This client is not the leader of '{}' any more: {} ({})", role(), reason, term);
        try {
            settings.revoked().accept(term, reason);
        } catch (Throwable ex) {
            logger.error("The onRevoked callback of the {} failed", settings, ex);
        }
    }

    private void revokeTimeOver(Term term, CompletableFuture<Void> mayRelease) {
        boolean gaveUp = term.handle.isHeld();
        if (mayRelease.complete(null)) {
            host.callBack(() -> logger.warn(
                    "The callbacks of the {} have not returned within the revoke timeout of {}{}",
                    settings,
                    settings.revokeTimeout(),
                    gaveUp ? "; its lock is released now" : ""));
        }
    }

    /** The lock is free, or the server cannot be told. */
    private void released(Term term) {
        boolean closes;
        synchronized (this) {
            closes = state == State.CLOSING && ending == term;
            if (closes) {
                become(State.CLOSED);
                ending = null;
            }
        }
        if (closes) {
            closed();
        }
    }

    /** The lock is free and the callback has returned: a candidate again, behind the others. */
    private void over(RevocationReason reason) {
        long delay;
        synchronized (this) {
            if (state != State.REVOKING) {
                return;
            }
            become(State.CANDIDATE);
            ending = null;
            delay = waitsAfter(reason) ? nextDelay() : 0;
        }
        if (delay == 0) {
            ask();
        } else {
            askAfter(delay);
        }
    }

    /** Whether it did not want to lead: if it is the only candidate, it would be asked again at once. */
    private static boolean waitsAfter(RevocationReason reason) {
        return reason == RevocationReason.CALLBACK_FAILED || reason == RevocationReason.YIELDED;
    }

    // --- closing

    /** Ends the election, with this reason if it leads. Does not wait. */
    void end(RevocationReason reason) {
        Term term;
        RevocationReason why = reason;
        CompletableFuture<Optional<LockHandle>> outstanding;
        State before;
        synchronized (this) {
            before = state;
            outstanding = request;
            request = null;
            term = leading;
            if (term != null) {
                why = term.lossOr(reason);
                leave(term, why, State.CLOSING);
            } else if (before == State.CANDIDATE) {
                become(State.CLOSED);
            } else if (before == State.REVOKING) {
                become(State.CLOSING);
                term = ending;
            }
        }
        if (before == State.CANDIDATE) {
            if (outstanding != null) {
                outstanding.cancel(false);
            }
            closed();
        } else if (before == State.LEADER && term != null) {
            begin(term, why);
        } else if (before == State.REVOKING && term != null && term.isReleased()) {
            released(term);
        }
    }

    private void closed() {
        settings.elections().over(this);
        closed.complete(null);
        CompletableFuture<Void> candidacy;
        synchronized (this) {
            candidacy = decided;
        }
        candidacy.complete(null);
    }

    @Override
    public void close() {
        host.requireOtherThread();
        end(RevocationReason.ELECTION_CLOSED);
        awaitClosed(System.nanoTime());
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        end(RevocationReason.ELECTION_CLOSED);
        return closed.thenRunAsync(() -> {}, host::callBack);
    }

    /**
     * Waits until it is closed, in a time that is bounded from its end on; not on the thread of a callback. The interrupt flag is
     * kept.
     */
    void awaitClosed(long endedAt) {
        if (callbacks.isCurrentThread()) {
            return;
        }
        long deadline = endedAt + Durations.nanos(settings.revokeTimeout()) + RELEASE_NANOS;
        if (!Uninterruptibly.isDone(closed, deadline - System.nanoTime())) {
            logger.warn("The {} is still being closed", settings);
        }
    }

    // --- what it is

    @Override
    public String role() {
        return settings.role();
    }

    @Override
    public String key() {
        return settings.key();
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public boolean isLeader() {
        Term term = leading;
        return term != null && term.handle.isHeld();
    }

    @Override
    public Optional<Leadership> leadership() {
        Term term = leading;
        return term != null && term.handle.isHeld() ? Optional.of(term) : Optional.empty();
    }

    @Override
    public boolean await(Duration timeout) throws InterruptedException {
        host.requireOtherThread();
        long deadline = System.nanoTime() + Durations.nanos(timeout);
        while (true) {
            CompletableFuture<Void> next;
            Term term;
            synchronized (this) {
                next = decided;
                term = leading;
            }
            long left = deadline - System.nanoTime();
            if (term == null) {
                if (state == State.CLOSING || state == State.CLOSED) {
                    return false;
                }
                try {
                    next.get(left, TimeUnit.NANOSECONDS);
                } catch (TimeoutException | ExecutionException ex) {
                    return isLeader();
                }
            } else if (term.handle.awaitHeld(Duration.ofNanos(Math.max(0, left)))) {
                return true;
            } else if (term.isOver()) {
                // The loss has not been reported yet.
                lost(term);
            } else {
                return isLeader();
            }
        }
    }

    @Override
    public String toString() {
        return settings + ": " + state;
    }
}
