package io.dflockd.client.internal.lock;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClientListener.Subject;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LossListener;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.wire.Reply;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One grant while the client has it: its deadline and its end. {@link Renewal} extends the deadline.
 *
 * <p>It ends once, by a compare-and-set of {@code ending} from any thread: it is released, or lost. A thread that asks after
 * the deadline ends it as lost. Everything else (renewal, the connection's list, the register) is confined to the event loop.
 * {@code leaseDeadline} is written by the loop and read by all threads.
 */
final class Holding {

    private static final Logger logger = LoggerFactory.getLogger(Holding.class);

    private static final VarHandle ENDING;

    static {
        try {
            ENDING = MethodHandles.lookup().findVarHandle(Holding.class, "ending", Object.class);
        } catch (ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }

    /** Neighbours in the list of the owning connection, which alone uses them. */
    @Nullable
    Holding previous;

    @Nullable
    Holding next;

    /** Set before a release begins, so that a release that a stack overflow interrupts is still done. */
    volatile boolean releaseWanted;

    private final LockRegister register;

    private final ServerLocks server;

    private final OwnedLocks owner;

    private final LockSpec spec;

    private final Reply.Grant grant;

    private final Renewal renewal;

    private final Timer timer = new Timer(this::timerExpired);

    private final long grantedAt;

    private volatile long leaseDeadline;

    /** Whether it is renewed and in the list of its connection. Event loop only. */
    private boolean registered;

    /** Null while held, a {@link LossReason} if lost, the {@link CompletableFuture} of the release if released. */
    private volatile @Nullable Object ending;

    /** Weak, so that an abandoned handle is noticed. Null until it is handed out. */
    private @Nullable WeakReference<Handle> handle;

    /**
     * A grant.
     *
     * @param confirmedAt the send time of the request that the server confirmed last
     * @param now when the grant was read
     */
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
        return nanos(grant.leaseSeconds());
    }

    static long nanos(long leaseSeconds) {
        return Durations.nanos(Duration.ofSeconds(leaseSeconds));
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
        Object end = ending;
        if (end == null) {
            renewal.due();
        } else if (registered && end instanceof LossReason reason) {
            // The thread that ended it could not hand it over, for want of stack.
            lost(reason);
        } else if (registered) {
            sendRelease(firstRelease());
        } else if (isReleased()) {
            firstRelease().complete(false);
        }
    }

    /** The server confirmed a renewal; 0 seconds are the lease that was asked for. On the event loop. */
    void confirmed(long sentAt, long seconds) {
        long lease = seconds == 0 ? leaseNanos() : Math.min(leaseNanos(), nanos(seconds));
        leaseDeadline = sentAt + lease;
    }

    /** Whether it is held. Ends it if its deadline has passed. Any thread. */
    boolean isHeld() {
        if (ending != null) {
            return false;
        }
        long now = loop().now();
        if (remaining(now) > 0) {
            return true;
        }
        lose(leaseDeadline - now > 0 ? LossReason.SERVER_SILENT : LossReason.LEASE_EXPIRED);
        return false;
    }

    boolean hasEnded() {
        return ending != null;
    }

    /** The time until the deadline. Any thread. */
    long remainingNanos() {
        return isHeld() ? Math.max(0, remaining(loop().now())) : 0;
    }

    boolean isReleased() {
        return ending instanceof CompletableFuture;
    }

    @Nullable
    LossReason lossReason() {
        return ending instanceof LossReason reason ? reason : null;
    }

    long remaining(long now) {
        return Math.min(leaseDeadline - now, owner.connection().silenceDeadline() - now);
    }

    // --- lost

    /** Ends it as lost, unless it has ended. Any thread. */
    void lose(LossReason reason) {
        if (ENDING.compareAndSet(this, null, reason) && !loop().run(() -> lost(reason))) {
            tellLoss(reason);
        }
    }

    private void lost(LossReason reason) {
        if (!registered) {
            return;
        }
        stop();
        if (owner.connection().isOpen()) {
            owner.release(spec.target(), grant.token(), this::releaseEnded);
        } else {
            releaseEnded(false);
        }
        tellLoss(reason);
    }

    private void releaseEnded(boolean confirmed) {
        if (confirmed || !releasesByToken()) {
            register.over();
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
     * Releases it, once. Any thread.
     *
     * @return whether the server confirmed; completed on the event loop within the request timeout, never exceptionally
     */
    CompletableFuture<Boolean> release() {
        if (ending != null) {
            return firstRelease();
        }
        CompletableFuture<Boolean> confirmed = new CompletableFuture<>();
        // Handed over before it ends: if the stack overflows here, it is still held and its timer releases it.
        boolean accepted = loop().execute(() -> releaseOnLoop(confirmed));
        if (!endedBy(confirmed)) {
            return firstRelease();
        }
        if (!accepted) {
            confirmed.complete(false);
        }
        return confirmed;
    }

    private void releaseOnLoop(CompletableFuture<Boolean> confirmed) {
        if (endedBy(confirmed)) {
            sendRelease(confirmed);
        }
    }

    /** Ends it by this release, unless something else has ended it. */
    private boolean endedBy(CompletableFuture<Boolean> release) {
        return ENDING.compareAndSet(this, null, release) || ending == release;
    }

    @SuppressWarnings("unchecked")
    private CompletableFuture<Boolean> firstRelease() {
        return ending instanceof CompletableFuture<?> first
                ? (CompletableFuture<Boolean>) first
                : CompletableFuture.completedFuture(false);
    }

    private void sendRelease(CompletableFuture<Boolean> result) {
        if (!registered) {
            return;
        }
        stop();
        startTimer(loop().now() + requestTimeoutNanos());
        owner.release(spec.target(), grant.token(), confirmed -> {
            loop().timers().stop(timer);
            releaseEnded(confirmed);
            if (loop().events().isUsed()) {
                Subject subject = subject();
                Duration held = Duration.ofNanos(loop().now() - grantedAt);
                loop().events().accept(listener -> listener.released(subject, held, confirmed));
            }
            result.complete(confirmed);
        });
    }

    /**
     * Where the server keeps the locks of lost connections, this one has to be released by its token on another connection.
     *
     * @return whether that is under way
     */
    private boolean releasesByToken() {
        if (register.settings().serverAutoRelease || owner.connection().isOpen()) {
            return false;
        }
        new ReleaseByToken(server, spec.target(), grant.token(), loop().now() + leaseNanos(), register::over).start();
        return true;
    }

    private void stop() {
        registered = false;
        loop().timers().stop(timer);
        renewal.stop();
        owner.remove(this);
    }

    // --- its handle

    /** The handle by which it can be released. On the event loop. */
    void handedOut(Handle only) {
        this.handle = new WeakReference<>(only);
    }

    /** Releases it if nobody else will: its handle is garbage, or its release was interrupted. On the event loop. */
    boolean releaseIfAbandoned() {
        if (ending != null) {
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
        if (ending == null) {
            held.add(new ClientSnapshot.Held(
                    spec.target().kind(),
                    spec.name(),
                    spec.target().key(),
                    server.address(),
                    Duration.ofNanos(Math.max(0, now - grantedAt)),
                    Duration.ofNanos(Math.max(0, remaining(now)))));
        }
    }
}
