package io.dflockd.client.internal.lock;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClientListener.Subject;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LossListener;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.lock.HoldingState.Lost;
import io.dflockd.client.internal.lock.HoldingState.Owned;
import io.dflockd.client.internal.lock.HoldingState.Released;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.settings.HoldLimits;
import io.dflockd.client.internal.wire.Reply;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One grant while the client has it: its deadline and its end. {@link Renewal} extends the deadline.
 *
 * <p>Its {@link HoldingState} begins as held. The loop suspends it when its connection ends at a server that keeps the locks of
 * lost connections, and resumes it. Any thread may end held and suspended by a compare-and-set: as lost, as released, or as kept; a
 * thread that asks after the deadline ends it as lost. For its owner, kept is released. On the event loop it is renewed as before
 * until its minimum time is over or its connection ends; only the loop ends it.
 *
 * <p>Everything else (renewal, suspension, the connection's list, the register) is confined to the event loop. The loop writes
 * {@code grant}, {@code leaseDeadline} and {@code owner}, the owner of the handle may write {@code limits}, and all threads read
 * them.
 */
final class Holding {

    private static final Logger logger = LoggerFactory.getLogger(Holding.class);
    private static final AtomicReferenceFieldUpdater<Holding, HoldingState> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Holding.class, HoldingState.class, "state");

    /** The answer to a release after which the server is asked later. */
    private static final CompletableFuture<Boolean> ACCEPTED = CompletableFuture.completedFuture(true);

    /** Neighbours in the list of the owning connection, which alone uses them. */
    @Nullable
    Holding previous;

    @Nullable
    Holding next;

    /** Set before a release begins, so that a release that a stack overflow interrupts is still done. */
    volatile boolean releaseWanted;

    private final LockRegister register;
    private final ServerLocks server;
    private volatile OwnedLocks owner;
    private final LockSpec spec;
    private volatile Reply.Grant grant;
    private final Renewal renewal;
    private final Timer timer = new Timer(this::timerExpired);
    private final long grantedAt;
    private volatile long leaseDeadline;
    /** Whether it is renewed and in the list of its connection. Event loop only. */
    private boolean registered;
    /** From {@code grantedAt} on. */
    private volatile HoldLimits limits;

    private volatile HoldingState state = Owned.HELD;
    /** Null unless its connection has ended. Event loop only. */
    private @Nullable Suspension suspension;
    /** Weak, so that an abandoned handle is noticed. Null until it is handed out. */
    private @Nullable WeakReference<Handle> handle;

    /** A grant that was read now, of the request that was sent at {@code confirmedAt}. */
    Holding(
            LockRegister register,
            ServerLocks server,
            OwnedLocks owner,
            LockSpec spec,
            Reply.Grant grant,
            long confirmedAt,
            long now) {
        this.register = register;
        this.server = server;
        this.owner = owner;
        this.spec = spec;
        this.grant = grant;
        this.grantedAt = now;
        this.limits = spec.limits();
        this.leaseDeadline = confirmedAt + leaseNanos();
        this.renewal = new Renewal(this);
    }

    LockSpec spec() {
        return spec;
    }

    ServerAddress address() {
        return server.address();
    }

    Subject subject() {
        return spec.subject(server.address());
    }

    OwnedLocks owner() {
        return owner;
    }

    Reply.Grant grant() {
        return grant;
    }

    ClientLoop loop() {
        return register.loop();
    }

    Renewal renewal() {
        return renewal;
    }

    long requestTimeoutNanos() {
        return register.settings().requestTimeout.toNanos();
    }

    long leaseNanos() {
        return Durations.ofSeconds(grant.leaseSeconds());
    }

    // --- while it is held

    /** Registers it and starts its renewal. On the event loop. */
    void begin(long confirmedAt, long now, boolean renewNow) {
        registered = true;
        register.begun();
        owner.add(this);
        renewal.begin(confirmedAt, now, renewNow);
    }

    /** Calls the renewal, or ends a release that was not answered, at this time. On the event loop. */
    void startTimer(long at) {
        loop().timers().start(timer, at);
    }

    private void timerExpired() {
        HoldingState now = state;
        if (now instanceof Owned) {
            renewal.due();
        } else if (now instanceof Suspension) {
            if (isSuspended()) {
                startTimer(loop().now() + remaining(loop().now()));
            }
        } else if (registered && now instanceof Lost lost) {
            // The thread that ended it could not hand it over, for want of stack.
            lost(lost.reason());
        } else if (registered) {
            sendRelease((Released) now);
        } else if (now instanceof Released released) {
            released.answered(false, loop());
        }
    }

    /** Sets the lease that renewals ask for. On the event loop. */
    void leaseSeconds(long seconds) {
        grant = new Reply.Grant(grant.token(), seconds, grant.fence());
    }

    /** A renewal is sent that may shorten the lease, whether or not its answer comes. On the event loop. */
    void asked(long sentAt, long seconds) {
        long deadline = sentAt + Durations.ofSeconds(seconds);
        if (deadline - leaseDeadline < 0) {
            leaseDeadline = deadline;
        }
    }

    /** The server confirmed a renewal; 0 seconds are the lease that was asked for. On the event loop. */
    void confirmed(long sentAt, long askedSeconds, long seconds) {
        leaseDeadline = sentAt + Durations.ofSeconds(seconds == 0 ? askedSeconds : Math.min(askedSeconds, seconds));
    }

    /** Its state, after it was ended if its deadline has passed. Any thread. */
    HoldingState state() {
        HoldingState current = state;
        if (!isHeldOrSuspended(current)) {
            return current;
        }
        long now = loop().now();
        if (remaining(now) > 0) {
            return current;
        }
        lose(expired(now));
        return state;
    }

    /** Whether it is held. Ends it if its deadline has passed. Any thread. */
    boolean isHeld() {
        return state() == Owned.HELD;
    }

    /** Whether it is held, or kept until its minimum time is over. Ends it if its time is over. On the event loop. */
    boolean isOwned() {
        if (state != Owned.KEPT) {
            return isHeld();
        }
        long now = loop().now();
        if (remaining(now) > 0) {
            return true;
        }
        if (remainingMinimum(now) <= 0) {
            releaseKept();
        } else {
            gone(expired(now));
        }
        return false;
    }

    private LossReason expired(long now) {
        if (leaseDeadline - now <= 0) {
            return LossReason.LEASE_EXPIRED;
        }
        return remainingAtServer(now) <= 0 ? LossReason.SERVER_SILENT : LossReason.HELD_TOO_LONG;
    }

    /** Whether it is neither held nor kept. */
    boolean hasEnded() {
        return !(state instanceof Owned);
    }

    /** Whether it is neither released nor lost yet. Any thread. */
    boolean mayBeLost() {
        return isHeldOrSuspended(state);
    }

    private static boolean isHeldOrSuspended(HoldingState state) {
        return state == Owned.HELD || state instanceof Suspension;
    }

    boolean isKept() {
        return state == Owned.KEPT;
    }

    /** Sets other limits, which count from now on. Any thread. */
    boolean limit(HoldLimits fromNow) {
        if (!isHeld()) {
            return false;
        }
        limits = fromNow.after(loop().now() - grantedAt);
        loop().execute(renewal::limitsChanged);
        return isHeld();
    }

    /** The time until the deadline. Any thread. */
    long remainingNanos() {
        return isHeldOrSuspended(state()) ? Math.max(0, remaining(loop().now())) : 0;
    }

    /** Whether its owner has released it. */
    boolean isReleased() {
        return state == Owned.KEPT || state instanceof Released;
    }

    @Nullable
    LossReason lossReason() {
        return state instanceof Lost lost ? lost.reason() : null;
    }

    /** The time until it ends, unless it is released or renewed before. */
    long remaining(long now) {
        return Math.min(remainingAtServer(now), isKept() ? remainingMinimum(now) : grantedAt + limits.atMost() - now);
    }

    /** A server that keeps the locks of lost connections frees nothing when it hangs up on a silent client. */
    private long remainingAtServer(long now) {
        long lease = leaseDeadline - now;
        return register.settings().serverAutoRelease
                ? Math.min(lease, owner.connection().silenceDeadline() - now)
                : lease;
    }

    private long remainingMinimum(long now) {
        return grantedAt + limits.atLeast() - now;
    }

    // --- suspended

    /** The connection has ended on which it was granted. On the event loop. */
    void connectionEnded(LossReason reason) {
        if (register.settings().serverAutoRelease || !suspend(reason)) {
            gone(reason);
        }
    }

    private boolean suspend(LossReason reason) {
        Suspension begun = new Suspension(this, server);
        if (!isHeld() || !STATE.compareAndSet(this, Owned.HELD, begun)) {
            return false;
        }
        suspension = begun;
        register.suspends(this);
        startTimer(loop().now() + remaining(loop().now()));
        Subject subject = subject();
        loop().log(() -> logger.warn(
                "{} on server {} is suspended ({}) until the server confirms that it still has it",
                spec.target().describe(),
                server.address(),
                reason));
        loop().events().accept(listener -> listener.suspended(subject, reason));
        begun.ask();
        return true;
    }

    /** The server still has it: a renewal on another connection was confirmed. On the event loop. */
    void resume(Suspension ended, OwnedLocks next, long sentAt, long askedSeconds, long seconds) {
        confirmed(sentAt, askedSeconds, seconds);
        owner = next;
        if (!isSuspended() || !STATE.compareAndSet(this, ended, Owned.HELD)) {
            // The task that ends it is on its way, or was the last one.
            return;
        }
        next.add(this);
        endSuspension(true);
        Subject subject = subject();
        Duration after = Duration.ofNanos(loop().now() - ended.since());
        loop().log(() -> logger.info(
                "{} on server {} is held again after {} ms: the server had kept it",
                spec.target().describe(),
                server.address(),
                after.toMillis()));
        loop().events().accept(listener -> listener.resumed(subject, after));
        renewal.resume(sentAt, askedSeconds);
    }

    private void endSuspension(boolean held) {
        Suspension ended = suspension;
        if (ended != null) {
            suspension = null;
            register.suspendsNoMore(this);
            ended.end(held);
        }
    }

    /** Whether it is suspended. Ends it if its deadline has passed. Any thread. */
    boolean isSuspended() {
        return state() instanceof Suspension;
    }

    /**
     * Whether it is held, after the end of a suspension. Any thread. The result is completed on the event loop, at the latest at
     * the deadline.
     */
    CompletableFuture<Boolean> verdict() {
        HoldingState current = state();
        return current instanceof Suspension suspended
                ? suspended.verdict()
                : CompletableFuture.completedFuture(current == Owned.HELD);
    }

    // --- lost

    /** The server does not have it for us any more. On the event loop. */
    void gone(LossReason reason) {
        lose(reason);
        if (isKept()) {
            keptWasLost(reason);
        }
    }

    /** Ends it as lost, if it is held or suspended. Any thread. */
    void lose(LossReason reason) {
        if (endedBy(new Lost(reason)) && !loop().run(() -> lost(reason))) {
            tellLoss(reason);
        }
    }

    private void lost(LossReason reason) {
        if (!registered) {
            return;
        }
        stop();
        releaseForNobody();
        tellLoss(reason);
    }

    private void releaseForNobody() {
        if (owner.connection().isOpen()) {
            owner.release(spec.target(), grant.token(), this::releaseEnded);
        } else {
            releaseEnded(false);
        }
    }

    private void releaseEnded(boolean confirmed) {
        if (!confirmed && releasesByToken()) {
            releaseByToken(later -> register.over(this));
        } else {
            register.over(this);
        }
    }

    /** Tells the log and all listeners, once. */
    private void tellLoss(LossReason reason) {
        Subject subject = subject();
        loop().log(() ->
                logger.warn("{} on server {} was lost: {}", spec.target().describe(), server.address(), reason));
        loop().events().accept(listener -> listener.lost(subject, reason));
        Handle lost = handle == null ? null : handle.get();
        if (lost != null) {
            lost.takeListeners().forEach(listener -> notifyLoss(listener, lost, reason));
        }
    }

    /** Calls a loss listener. Any thread. */
    void notifyLoss(LossListener listener, LockHandle lost, LossReason reason) {
        loop().notifyLoss(() -> {
            try {
                listener.lost(lost, reason);
            } catch (Throwable ex) {
                logger.warn("A loss listener of {} failed", spec.target().describe(), ex);
            }
        });
    }

    // --- released

    /**
     * Releases it, once; before its minimum time is over, it is kept from now on. Any thread. The result is whether the server
     * confirmed, or true if it is kept; it is completed on the event loop within the request timeout, never exceptionally.
     */
    CompletableFuture<Boolean> release() {
        return release(minimumIsNotOver(), null);
    }

    /** As {@link #release()}, with a future for the caller. */
    CompletableFuture<Boolean> releaseAsync() {
        CompletableFuture<Boolean> view = new CompletableFuture<>();
        CompletableFuture<Boolean> release = release(minimumIsNotOver(), view);
        return release instanceof Released released && released.isSeenBy(view) ? view : loop().forCaller(release);
    }

    /** Releases it, once, also before its minimum time is over: nobody has received it. Any thread. */
    CompletableFuture<Boolean> releaseUnused() {
        return release(false, null);
    }

    private boolean minimumIsNotOver() {
        return limits.atLeast() > 0 && isHeldOrSuspended(state()) && remainingMinimum(loop().now()) > 0;
    }

    private CompletableFuture<Boolean> release(boolean keep, @Nullable CompletableFuture<Boolean> callersView) {
        if (!mayBeLost()) {
            return firstRelease();
        }
        HoldingState end = keep ? Owned.KEPT : new Released(callersView);
        // Handed over before it ends: if the stack overflows here, it is still held and its timer releases it.
        boolean accepted = loop().execute(() -> endOnLoop(end));
        if (endedBy(end) && !accepted) {
            if (end instanceof Released released) {
                released.answered(false, loop());
            }
            return CompletableFuture.completedFuture(false);
        }
        return firstRelease();
    }

    private void endOnLoop(HoldingState end) {
        if (!endedBy(end)) {
            return;
        }
        if (end instanceof Released released) {
            sendRelease(released);
        } else if (registered && suspension != null) {
            keptWasLost(LossReason.CONNECTION_LOST);
        } else if (registered) {
            register.keeps(this);
            renewal.keep();
        }
    }

    /** Ends the states held and suspended with this one, unless another one has. */
    private boolean endedBy(HoldingState end) {
        HoldingState before = state;
        while (isHeldOrSuspended(before)) {
            if (STATE.compareAndSet(this, before, end)) {
                return true;
            }
            before = state;
        }
        return before == end;
    }

    private CompletableFuture<Boolean> firstRelease() {
        if (isKept()) {
            return ACCEPTED;
        }
        return state instanceof Released released ? released : CompletableFuture.completedFuture(false);
    }

    private void sendRelease(Released release) {
        if (!registered) {
            return;
        }
        stop();
        startTimer(loop().now() + requestTimeoutNanos());
        if (releasesByToken()) {
            releaseByToken(confirmed -> {
                register.over(this);
                answered(confirmed, release);
            });
        } else {
            owner.release(spec.target(), grant.token(), confirmed -> {
                releaseEnded(confirmed);
                answered(confirmed, release);
            });
        }
    }

    private void answered(boolean confirmed, Released release) {
        loop().timers().stop(timer);
        reportReleased(confirmed);
        release.answered(confirmed, loop());
    }

    private void reportReleased(boolean confirmed) {
        if (loop().events().isUsed()) {
            Subject subject = subject();
            Duration held = Duration.ofNanos(loop().now() - grantedAt);
            loop().events().accept(listener -> listener.released(subject, held, confirmed));
        }
    }

    // --- kept

    /** Its minimum time is over, or the client is closing. On the event loop. */
    void releaseKept() {
        if (isKept()) {
            sendRelease(endKept());
        }
    }

    private Released endKept() {
        Released end = new Released(null);
        end.complete(true);
        state = end;
        return end;
    }

    /** Writes a log line only: its owner has released it. */
    private void keptWasLost(LossReason reason) {
        endKept();
        if (logger.isDebugEnabled()) {
            loop().log(() -> logger.debug(
                    "{} on server {}, which was kept until its minimum time is over, is free before: {}",
                    spec.target().describe(),
                    server.address(),
                    reason));
        }
        stop();
        releaseForNobody();
        reportReleased(false);
    }

    /** Whether the server may have it though its connection has ended. */
    private boolean releasesByToken() {
        return !register.settings().serverAutoRelease && !owner.connection().isOpen();
    }

    /** Releases it on another connection. */
    private void releaseByToken(Consumer<Boolean> over) {
        long now = loop().now();
        long from = isReleased() ? Math.max(0, remainingMinimum(now)) : 0;
        new ReleaseByToken(server, spec.target(), grant.token(), now + leaseNanos(), over).start(now + from);
    }

    private void stop() {
        registered = false;
        loop().timers().stop(timer);
        renewal.stop();
        owner.remove(this);
        endSuspension(false);
    }

    // --- its handle

    /** The handle by which it can be released. On the event loop. */
    void handedOut(Handle only) {
        this.handle = new WeakReference<>(only);
    }

    /** Releases it if nobody else will: its handle is garbage, or its release was interrupted. On the event loop. */
    boolean releaseIfAbandoned() {
        if (state != Owned.HELD) {
            return false;
        }
        if (releaseWanted) {
            CompletableFuture<Boolean> unused = release();
            return true;
        }
        if (handle == null || !handle.refersTo(null)) {
            return false;
        }
        loop().log(() -> logger.warn(
                "A held handle of {} on server {} became garbage and is released now. Close every handle, best with"
                        + " try-with-resources",
                spec.target().describe(),
                server.address()));
        Subject subject = subject();
        loop().events().accept(listener -> listener.abandoned(subject));
        CompletableFuture<Boolean> unused = release();
        return true;
    }

    void describe(long now, List<ClientSnapshot.Held> held) {
        if (isHeldOrSuspended(state)) {
            held.add(new ClientSnapshot.Held(
                    spec.target().kind(),
                    spec.name(),
                    spec.target().key(),
                    server.address(),
                    state == Owned.HELD ? LockHandle.State.HELD : LockHandle.State.SUSPENDED,
                    Duration.ofNanos(Math.max(0, now - grantedAt)),
                    Duration.ofNanos(Math.max(0, remaining(now)))));
        }
    }
}
