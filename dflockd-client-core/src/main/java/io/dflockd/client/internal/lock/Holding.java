package io.dflockd.client.internal.lock;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClientListener.Subject;
import io.dflockd.client.DflockdException;
import io.dflockd.client.LossListener;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.wire.Reply;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One grant while it is ours: its deadline and its end. {@link Renewal} moves the deadline on.
 *
 * <p>It ends once, by a compare-and-set of {@code ending} from any thread: a release, or a loss, which is also found by
 * whoever asks after the deadline. Everything else (renewal, the connection's list, the register) is confined to the event
 * loop. {@code leaseDeadline} is written by the loop and read by all; the listeners are guarded by {@code this} and called
 * outside of it.
 */
final class Holding {

    private static final Logger logger = LoggerFactory.getLogger(Holding.class);

    private static final Object RELEASED = new Object();

    private static final VarHandle ENDING;

    /** Leases beyond this are treated as this long, so that sums of nanoseconds do not overflow. */
    private static final long LONGEST_LEASE_SECONDS = TimeUnit.DAYS.toSeconds(10_000);

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

    private final LockRegister runtime;

    private final ServerLocks server;

    private final OwnedLocks owner;

    private final LockSpec spec;

    private final Reply.Grant grant;

    private final Renewal renewal;

    private final long grantedAt;

    private volatile long leaseDeadline;

    /** Null while held, a {@link LossReason} when lost, {@link #RELEASED} when released. */
    private volatile @Nullable Object ending;

    private @Nullable List<LossListener> listeners;

    private volatile @Nullable CompletableFuture<Boolean> released;

    private boolean registered;

    /** Weak, so that a handle which nobody has any more is noticed. Null until it is handed out. */
    private @Nullable WeakReference<Handle> handle;

    /**
     * A grant.
     *
     * @param confirmedAt when the request was sent that the server confirmed last
     * @param now when the grant was read
     */
    Holding(
            LockRegister runtime,
            ServerLocks server,
            OwnedLocks owner,
            LockSpec spec,
            Reply.Grant grant,
            long confirmedAt,
            long now) {
        this.runtime = runtime;
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

    LockRegister runtime() {
        return runtime;
    }

    Renewal renewal() {
        return renewal;
    }

    long leaseNanos() {
        return nanos(grant.leaseSeconds());
    }

    static long nanos(long leaseSeconds) {
        return TimeUnit.SECONDS.toNanos(Math.min(leaseSeconds, LONGEST_LEASE_SECONDS));
    }

    /** Takes it into care. On the event loop. */
    void begin(long confirmedAt, long now, boolean renewNow) {
        registered = true;
        runtime.begun(this);
        owner.add(this);
        renewal.begin(confirmedAt, now, renewNow);
    }

    /** The server confirmed a renewal; 0 seconds are the lease that was asked for. On the event loop. */
    void confirmed(long sentAt, long seconds) {
        long lease = seconds == 0 ? leaseNanos() : Math.min(leaseNanos(), nanos(seconds));
        leaseDeadline = sentAt + lease;
    }

    /** Whether it is surely ours; any thread. Whoever finds it past its deadline ends it. */
    boolean isHeld() {
        if (ending != null) {
            return false;
        }
        long now = runtime.now();
        if (remaining(now) > 0) {
            return true;
        }
        lose(leaseDeadline - now > 0 ? LossReason.SERVER_SILENT : LossReason.LEASE_EXPIRED);
        return false;
    }

    boolean hasEnded() {
        return ending != null;
    }

    /** What is left until the deadline; any thread. */
    long remainingNanos() {
        return isHeld() ? Math.max(0, remaining(runtime.now())) : 0;
    }

    boolean isReleased() {
        return ending == RELEASED;
    }

    @Nullable
    LossReason lossReason() {
        return ending instanceof LossReason reason ? reason : null;
    }

    long remaining(long now) {
        return Math.min(leaseDeadline - now, owner.connection().silenceDeadline() - now);
    }

    /** Ends it as lost, unless it has ended; any thread. */
    void lose(LossReason reason) {
        if (ENDING.compareAndSet(this, null, reason)) {
            runtime.onLoop(() -> lost(reason));
        }
    }

    private void lost(LossReason reason) {
        leave();
        logger.warn("{} on server {} was lost: {}", spec.target().describe(), server.address(), reason);
        if (owner.connection().isOpen()) {
            owner.release(spec.target(), grant.token(), confirmed -> over());
        } else if (!runtime.options().serverAutoRelease()) {
            releaseOnSession();
        } else {
            over();
        }
        Subject subject = subject();
        runtime.events().accept(listener -> listener.lost(subject, reason));
        List<LossListener> toTell;
        synchronized (this) {
            toTell = listeners == null ? List.of() : listeners;
            listeners = null;
        }
        toTell.forEach(listener -> tell(listener, reason));
    }

    /** Where the server keeps the locks of ended connections, this one is still there to be freed by its name. */
    private void releaseOnSession() {
        server.session().use(new SharedConnection.User() {
            @Override
            public void connected(Connection connection) {
                server.owning(connection).release(spec.target(), grant.token(), confirmed -> over());
            }

            @Override
            public void unavailable(DflockdException cause) {
                over();
            }

            @Override
            public boolean waitsAfter(DflockdException cause) {
                return false;
            }
        });
    }

    /** Gives it back, once; any thread. The future is completed on the event loop and must have no continuation. */
    CompletableFuture<Boolean> release() {
        return release(Runnable::run);
    }

    /**
     * Gives it back, once; any thread.
     *
     * @param completer runs the completion of the future, and so its continuations
     * @return whether the server confirmed it
     */
    CompletableFuture<Boolean> release(Executor completer) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        if (!ENDING.compareAndSet(this, null, RELEASED)) {
            return releasedBefore(completer);
        }
        released = result;
        if (!runtime.later(() -> sendRelease(result, completer))) {
            result.complete(false);
        }
        return result;
    }

    /** The first one's future may have been completed by its owner, and by another executor. */
    private CompletableFuture<Boolean> releasedBefore(Executor completer) {
        if (ending != RELEASED) {
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Boolean> first = released;
        while (first == null) {
            Thread.onSpinWait();
            first = released;
        }
        return first.handleAsync((confirmed, failure) -> Boolean.TRUE.equals(confirmed), completer);
    }

    private void sendRelease(CompletableFuture<Boolean> result, Executor completer) {
        leave();
        owner.release(spec.target(), grant.token(), confirmed -> {
            over();
            if (runtime.events().isUsed()) {
                Subject subject = subject();
                Duration held = Duration.ofNanos(runtime.now() - grantedAt);
                runtime.events().accept(listener -> listener.released(subject, held, confirmed));
            }
            completer.execute(() -> result.complete(confirmed));
        });
    }

    private void leave() {
        renewal.stop();
        owner.remove(this);
    }

    private void over() {
        if (registered) {
            registered = false;
            runtime.over(this);
        }
    }

    /** Adds a listener for the loss, or tells it at once; any thread. */
    void onLost(LossListener listener) {
        synchronized (this) {
            if (ending == null) {
                if (listeners == null) {
                    listeners = new ArrayList<>(1);
                }
                listeners.add(listener);
                return;
            }
        }
        if (ending instanceof LossReason reason) {
            tell(listener, reason);
        }
    }

    private void tell(LossListener listener, LossReason reason) {
        runtime.tellLoss(() -> {
            try {
                listener.lost(new Handle(this), reason);
            } catch (Throwable ex) {
                logger.warn("A loss listener of {} failed", spec.target().describe(), ex);
            }
        });
    }

    Optional<ClientSnapshot.Held> describe(long now) {
        if (ending != null) {
            return Optional.empty();
        }
        return Optional.of(new ClientSnapshot.Held(
                spec.target().kind(),
                spec.name(),
                spec.target().key(),
                server.address(),
                Duration.ofNanos(Math.max(0, now - grantedAt)),
                Duration.ofNanos(Math.max(0, remaining(now)))));
    }

    /** The one handle by which it can be released. On the event loop. */
    void handedOut(Handle handle) {
        this.handle = new WeakReference<>(handle);
    }

    /** Releases it if nobody can any more, because its handle became garbage. On the event loop. */
    boolean releaseIfAbandoned() {
        if (handle == null || !handle.refersTo(null) || ending != null) {
            return false;
        }
        logger.warn(
                "A handle of {} on server {} became garbage without having been released; it is released now. Close every"
                        + " handle, best with try-with-resources",
                spec.target().describe(),
                server.address());
        Subject subject = subject();
        runtime.events().accept(listener -> listener.abandoned(subject));
        release();
        return true;
    }
}
