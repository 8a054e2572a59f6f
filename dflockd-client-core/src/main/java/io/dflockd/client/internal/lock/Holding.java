package io.dflockd.client.internal.lock;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.LockHandle;
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
import org.jspecify.annotations.Nullable;

/**
 * One grant while the client has it: its state, its connection and its times. {@link Renewal} extends its lease, and {@link
 * HoldingEnd} ends it.
 *
 * <p>Its {@link HoldingState} begins as held. The loop suspends it when its connection ends at a server that keeps the locks of
 * lost connections, and resumes it. Any thread may end held and suspended by a compare-and-set: as lost, as released, or as kept; a
 * thread that asks after the deadline ends it as lost. For its owner, kept is released. On the event loop it is renewed as before
 * until its minimum time is over or the server does not have it any more; only the loop ends it.
 *
 * <p>Everything else (renewal, suspension, the connection's list, the register) is confined to the event loop. The loop writes
 * {@code grant}, {@code owner} and {@code leaseEnd}, the owner of the handle may write the limits, and all threads read them.
 */
final class Holding implements Runnable {

    private static final AtomicReferenceFieldUpdater<Holding, HoldingState> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Holding.class, HoldingState.class, "state");

    /** Neighbours in the list of the owning connection, which alone uses them. */
    @Nullable
    Holding previous;

    @Nullable
    Holding next;

    /** Set before a release begins, so that a release that a stack overflow interrupts is still done. */
    volatile boolean releaseWanted;

    private final ServerLocks server;
    private volatile OwnedLocks owner;
    private final LockSpec spec;
    private volatile Reply.Grant grant;
    private final long grantedAt;
    private volatile long leaseEnd;
    /** From {@code grantedAt} on. */
    private volatile HoldLimits limits;

    private final Renewal renewal;
    private final Timer timer = new Timer(this);
    /** Whether it is renewed and in the list of its connection. Event loop only. */
    private boolean registered;

    private volatile HoldingState state = Owned.HELD;
    /** While its connection has ended and the server may still have it. Event loop only. */
    private @Nullable Suspension suspension;
    /** Weak, so that an abandoned handle is noticed. Null until it is handed out. */
    private @Nullable WeakReference<Handle> handle;

    /** A grant that was read now; its lease follows. */
    Holding(ServerLocks server, OwnedLocks owner, LockSpec spec, Reply.Grant grant, long now) {
        this.server = server;
        this.owner = owner;
        this.spec = spec;
        this.grant = grant;
        this.grantedAt = now;
        this.limits = spec.limits();
        this.renewal = new Renewal(this);
    }

    LockSpec spec() {
        return spec;
    }

    ServerAddress address() {
        return server.address();
    }

    OwnedLocks owner() {
        return owner;
    }

    Reply.Grant grant() {
        return grant;
    }

    ClientLoop loop() {
        return server.loop();
    }

    Renewal renewal() {
        return renewal;
    }

    ServerLocks server() {
        return server;
    }

    LockRegister register() {
        return server.register();
    }

    long requestTimeoutNanos() {
        return register().settings().requestTimeout.toNanos();
    }

    // --- while it is held

    /** Registers it and starts its renewal. On the event loop. */
    void begin(long confirmedAt, long now, boolean renewNow) {
        registered = true;
        register().begun();
        owner.add(this);
        renewal.begin(confirmedAt, now, renewNow);
    }

    /** Calls the renewal, or ends a release that was not answered, at this time. On the event loop. */
    void startTimer(long at) {
        loop().timers().start(timer, at);
    }

    void stopTimer() {
        loop().timers().stop(timer);
    }

    private void startTimerAtDeadline() {
        long now = loop().now();
        startTimer(now + remaining(now));
    }

    /** The timer has expired. */
    @Override
    public void run() {
        HoldingState now = state;
        if (now instanceof Owned) {
            renewal.due();
        } else if (now instanceof Suspension) {
            if (isSuspended()) {
                startTimerAtDeadline();
            }
        } else if (registered && now instanceof Lost lost) {
            // The thread that ended it could not hand it over, for want of stack.
            lost(lost.reason(), handle());
        } else if (registered) {
            HoldingEnd.send(this, (Released) now);
        } else if (now instanceof Released released) {
            released.answered(false, loop());
        }
    }

    /** Sets the lease that renewals ask for. On the event loop. */
    void leaseSeconds(long seconds) {
        grant = new Reply.Grant(grant.token(), seconds, grant.fence());
    }

    /** Sets other limits, which count from now on. Any thread. */
    boolean limit(HoldLimits fromNow) {
        if (!isHeld()) {
            return false;
        }
        limits = fromNow.after(loop().now() - grantedAt);
        loop().execute(renewal::schedule);
        return isHeld();
    }

    // --- its state

    /** Its state, after it was ended if its deadline has passed. Any thread. */
    HoldingState state() {
        HoldingState current = state;
        if (!isHeldOrSuspended(current)) {
            return current;
        }
        LossReason over = expired(loop().now());
        if (over == null) {
            return current;
        }
        lose(over);
        return state;
    }

    /** Its state, though its deadline may have passed. Any thread. */
    HoldingState lastState() {
        return state;
    }

    static boolean isHeldOrSuspended(HoldingState state) {
        return state == Owned.HELD || state instanceof Suspension;
    }

    /** Whether it is held. Ends it if its deadline has passed. Any thread. */
    boolean isHeld() {
        return state() == Owned.HELD;
    }

    /** Whether it is suspended. Ends it if its deadline has passed. Any thread. */
    boolean isSuspended() {
        return state() instanceof Suspension;
    }

    /** Whether it is held, or kept until its minimum time is over. Ends it if its time is over. On the event loop. */
    boolean isOwned(long now) {
        HoldingState current = state;
        if (!(current instanceof Owned)) {
            return false;
        }
        if (current == Owned.KEPT && remainingMinimum(now) <= 0) {
            HoldingEnd.releaseKept(this);
            return false;
        }
        LossReason over = current == Owned.KEPT ? expiredAtServer(now) : expired(now);
        if (over == null) {
            return true;
        }
        if (current == Owned.KEPT) {
            gone(over);
        } else {
            lose(over);
        }
        return false;
    }

    boolean isKept() {
        return state == Owned.KEPT;
    }

    /** Whether it is held or kept, though its time may be over. */
    boolean isHeldOrKept() {
        return state instanceof Owned;
    }

    @Nullable
    LossReason lossReason() {
        return state instanceof Lost lost ? lost.reason() : null;
    }

    /** Ends the states held and suspended with this one, unless another one has. Whether this one has. Any thread. */
    boolean endAs(HoldingState last) {
        HoldingState before = state;
        while (isHeldOrSuspended(before)) {
            if (STATE.compareAndSet(this, before, last)) {
                return true;
            }
            before = state;
        }
        return before == last;
    }

    /** Ends the state kept. On the event loop. */
    void keptEndsAs(Released last) {
        state = last;
    }

    // --- its times

    /** A renewal is sent that may shorten the lease, whether or not its answer comes. On the event loop. */
    void asked(long sentAt, long seconds) {
        long end = sentAt + Durations.ofSeconds(seconds);
        if (end - leaseEnd < 0) {
            leaseEnd = end;
        }
    }

    /** How long the last confirmation, with this send time, lasts. On the event loop. */
    long confirmedNanos(long sentAt) {
        return leaseEnd - sentAt;
    }

    /** The server granted it or confirmed a renewal; 0 seconds are the lease that was asked for. On the event loop. */
    void confirmed(long sentAt, long askedSeconds, long seconds) {
        leaseEnd = sentAt + Durations.ofSeconds(seconds == 0 ? askedSeconds : Math.min(askedSeconds, seconds));
    }

    /** Whether its owner has it and its minimum time is not over. Any thread. */
    boolean isBeforeMinimum() {
        return limits.atLeast() > 0 && isHeldOrSuspended(state()) && remainingMinimum(loop().now()) > 0;
    }

    private long remainingMinimum(long now) {
        return grantedAt + limits.atLeast() - now;
    }

    Duration sinceGrant(long now) {
        return Duration.ofNanos(Math.max(0, now - grantedAt));
    }

    /** The time until the deadline. Any thread. */
    long remainingNanos() {
        return isHeldOrSuspended(state()) ? Math.max(0, remaining(loop().now())) : 0;
    }

    /** The time until it ends, unless it is released or renewed before. */
    long remaining(long now) {
        return Math.min(remainingAtServer(now), isKept() ? remainingMinimum(now) : grantedAt + limits.atMost() - now);
    }

    /** A server that keeps the locks of lost connections frees nothing when it hangs up on a silent client. */
    private long remainingAtServer(long now) {
        long lease = leaseEnd - now;
        return server.keepsLocks() ? lease : Math.min(lease, owner.connection().silenceDeadline() - now);
    }

    /** Why its time is over; null if it is not. */
    private @Nullable LossReason expired(long now) {
        LossReason over = expiredAtServer(now);
        return over == null && grantedAt + limits.atMost() - now <= 0 ? LossReason.HELD_TOO_LONG : over;
    }

    private @Nullable LossReason expiredAtServer(long now) {
        if (leaseEnd - now <= 0) {
            return LossReason.LEASE_EXPIRED;
        }
        return remainingAtServer(now) <= 0 ? LossReason.SERVER_SILENT : null;
    }

    // --- suspended

    /** The connection has ended on which it was granted. On the event loop. */
    void connectionEnded(LossReason reason) {
        if (!server.keepsLocks()) {
            gone(reason);
            return;
        }
        Suspension begun = new Suspension(this);
        if (isHeld() && STATE.compareAndSet(this, Owned.HELD, begun)) {
            HoldingEvents.suspended(this, reason);
            begin(begun);
        } else if (isKept()) {
            begin(begun);
        }
    }

    private void begin(Suspension begun) {
        suspension = begun;
        register().suspends(this);
        startTimerAtDeadline();
        begun.ask();
    }

    /** The server still has it: a renewal on another connection was confirmed. On the event loop. */
    void resume(Suspension ended, OwnedLocks next, long sentAt, long askedSeconds, long seconds) {
        boolean intact = isSuspended();
        confirmed(sentAt, askedSeconds, seconds);
        owner = next;
        boolean held = intact && STATE.compareAndSet(this, ended, Owned.HELD);
        if (!held && !isKept()) {
            // The task that ends it is on its way, or was the last one.
            return;
        }
        next.add(this);
        endSuspension(held);
        if (held) {
            HoldingEvents.resumed(this, Duration.ofNanos(loop().now() - ended.since()));
        }
        renewal.confirmed(sentAt, askedSeconds, loop().now());
    }

    private void endSuspension(boolean held) {
        Suspension ended = suspension;
        if (ended != null) {
            suspension = null;
            register().suspendsNoMore(this);
            ended.end(held);
        }
    }

    /** Whether its connection has ended and there is no other one yet. On the event loop. */
    boolean isWithoutConnection() {
        return suspension != null;
    }

    /** Its owner has released it before its minimum time was over. On the event loop. */
    void keep() {
        if (suspension != null) {
            suspension.keep();
        }
        renewal.keep();
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
            HoldingEnd.lostWhileKept(this, reason);
        }
    }

    /** Ends it as lost, if it is held or suspended. Any thread. */
    void lose(LossReason reason) {
        // Strong from here on: the owner may drop it when it sees the loss, before the loop tells the listeners.
        Handle lost = handle();
        if (endAs(new Lost(reason)) && !loop().run(() -> lost(reason, lost))) {
            tellLoss(reason, lost);
        }
    }

    private void lost(LossReason reason, @Nullable Handle lost) {
        if (!registered) {
            return;
        }
        stop();
        HoldingEnd.releaseForNobody(this);
        tellLoss(reason, lost);
    }

    /** Tells the log and all listeners, once. */
    private void tellLoss(LossReason reason, @Nullable Handle lost) {
        HoldingEvents.lost(this, reason);
        if (lost != null) {
            lost.tellLoss(reason);
        }
    }

    // --- ended

    boolean isRegistered() {
        return registered;
    }

    /** Its connection, the register and the timer forget it. On the event loop. */
    void stop() {
        registered = false;
        stopTimer();
        renewal.completeRequests(false);
        owner.remove(this);
        endSuspension(false);
    }

    // --- its handle

    /** The handle by which it can be released. On the event loop. */
    void handedOut(Handle only) {
        this.handle = new WeakReference<>(only);
    }

    private @Nullable Handle handle() {
        return handle == null ? null : handle.get();
    }

    /** Releases it if nobody else will: its handle is garbage, or its release was interrupted. On the event loop. */
    boolean releaseIfAbandoned() {
        if (state != Owned.HELD) {
            return false;
        }
        if (!releaseWanted) {
            if (handle == null || !handle.refersTo(null)) {
                return false;
            }
            HoldingEvents.abandoned(this);
        }
        CompletableFuture<Boolean> unused = HoldingEnd.release(this);
        return true;
    }

    void describe(long now, List<ClientSnapshot.Held> held) {
        HoldingState current = state;
        if (isHeldOrSuspended(current)) {
            held.add(new ClientSnapshot.Held(
                    spec.target().kind(),
                    spec.name(),
                    spec.target().key(),
                    server.address(),
                    current == Owned.HELD ? LockHandle.State.HELD : LockHandle.State.SUSPENDED,
                    sinceGrant(now),
                    Duration.ofNanos(Math.max(0, remaining(now)))));
        }
    }
}
