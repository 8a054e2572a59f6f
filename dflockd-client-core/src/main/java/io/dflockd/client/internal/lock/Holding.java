package io.dflockd.client.internal.lock;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClientListener.Subject;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LossListener;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.server.SharedLink;
import io.dflockd.client.internal.transport.Connection;
import io.dflockd.client.internal.transport.Exchange;
import io.dflockd.client.internal.transport.Timers;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One grant while it is ours: its deadline, its renewals, its end.
 *
 * <p>It ends once, by a compare-and-set of {@code ending} from any thread: a release, or a loss, which is also found by
 * whoever asks after the deadline. Everything else (timer, renewals, the connection's list) is confined to the event loop.
 * {@code leaseDeadline} is written by the loop and read by all; the listeners are guarded by {@code this} and called
 * outside of it.
 */
final class Holding extends Timers.Timer {

    private static final Logger logger = LoggerFactory.getLogger(Holding.class);

    private static final Object RELEASED = new Object();

    private static final VarHandle ENDING;

    /** Leases beyond this are treated as this long, so that sums of nanoseconds do not overflow. */
    private static final long LONGEST_LEASE_SECONDS = TimeUnit.DAYS.toSeconds(10_000);

    private static final double JITTER = 0.1;

    static {
        try {
            ENDING = MethodHandles.lookup().findVarHandle(Holding.class, "ending", Object.class);
        } catch (ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }

    @Nullable
    Holding previous;

    @Nullable
    Holding next;

    private final LockRuntime runtime;

    private final LockServer server;

    private final OwningConnection owner;

    private final LockSpec spec;

    private final Reply.Grant grant;

    private final long grantedAt;

    private volatile long leaseDeadline;

    /** Null while held, a {@link LossReason} when lost, {@link #RELEASED} when released. */
    private volatile @Nullable Object ending;

    private @Nullable List<LossListener> listeners;

    private volatile @Nullable CompletableFuture<Boolean> released;

    private @Nullable List<CompletableFuture<Boolean>> renewRequests;

    private boolean renewing;

    private long renewalAt;

    private boolean registered;

    /**
     * A grant.
     *
     * @param confirmedAt when the request was sent that the server confirmed last
     */
    Holding(
            LockRuntime runtime,
            LockServer server,
            OwningConnection owner,
            LockSpec spec,
            Reply.Grant grant,
            long confirmedAt) {
        this.runtime = runtime;
        this.server = server;
        this.owner = owner;
        this.spec = spec;
        this.grant = grant;
        this.grantedAt = runtime.now();
        this.leaseDeadline = confirmedAt + leaseNanos();
        this.renewalAt = renewalAfter(confirmedAt);
    }

    LockSpec spec() {
        return spec;
    }

    ServerAddress address() {
        return server.address();
    }

    Reply.Grant grant() {
        return grant;
    }

    LockRuntime runtime() {
        return runtime;
    }

    private long leaseNanos() {
        return TimeUnit.SECONDS.toNanos(Math.min(grant.leaseSeconds(), LONGEST_LEASE_SECONDS));
    }

    private long renewalAfter(long confirmedAt) {
        double jitter = 1 - ThreadLocalRandom.current().nextDouble() * JITTER;
        return confirmedAt + (long) (leaseNanos() * spec.renewRatio() * jitter);
    }

    /** Takes it into care. On the event loop. */
    void begin(boolean renewNow) {
        registered = true;
        runtime.begun(this);
        owner.add(this);
        if (renewNow && spec.renewal()) {
            sendRenewal();
        }
        schedule();
    }

    /** Whether it is surely ours; any thread. Whoever finds it past its deadline ends it. */
    boolean isHeld() {
        if (ending != null) {
            return false;
        }
        if (remaining(runtime.now()) > 0) {
            return true;
        }
        expire();
        return false;
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

    private long remaining(long now) {
        return Math.min(leaseDeadline - now, owner.connection().silenceDeadline() - now);
    }

    private void expire() {
        boolean silence = leaseDeadline - runtime.now() > 0;
        lose(silence ? LossReason.SERVER_SILENT : LossReason.LEASE_EXPIRED);
    }

    // --- the end

    /** Ends it as lost, unless it has ended; any thread. */
    void lose(LossReason reason) {
        if (ENDING.compareAndSet(this, null, reason)) {
            runtime.onLoop(() -> lost(reason, true));
        }
    }

    /** The owning connection has ended. On the event loop. */
    void connectionClosed(LossReason reason) {
        if (ENDING.compareAndSet(this, null, reason)) {
            lost(reason, false);
        }
    }

    private void lost(LossReason reason, boolean ownerMayLive) {
        leave();
        Subject subject = spec.subject(server.address());
        logger.warn("{} on server {} was lost: {}", spec.target().describe(), server.address(), reason);
        if (ownerMayLive && owner.connection().isOpen()) {
            owner.release(spec.target(), grant.token(), confirmed -> over());
        } else if (!runtime.options().serverAutoRelease()) {
            releaseOnSession();
        } else {
            over();
        }
        failRenewRequests();
        runtime.events().accept(listener -> listener.lost(subject, reason));
        List<LossListener> toTell;
        synchronized (this) {
            toTell = listeners == null ? List.of() : listeners;
            listeners = null;
        }
        for (LossListener listener : toTell) {
            tell(listener, reason);
        }
    }

    private void over() {
        if (registered) {
            registered = false;
            runtime.over(this);
        }
    }

    /** Where the server keeps the locks of ended connections, this one is still there to be freed by its name. */
    private void releaseOnSession() {
        server.session().use(new SharedLink.User() {
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

    private void leave() {
        runtime.timers().stop(this);
        owner.remove(this);
    }

    /** Gives it back, once; any thread. */
    CompletableFuture<Boolean> release() {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        if (!ENDING.compareAndSet(this, null, RELEASED)) {
            return releaseResult();
        }
        released = result;
        if (!runtime.later(() -> sendRelease(result))) {
            result.complete(false);
        }
        return result;
    }

    private CompletableFuture<Boolean> releaseResult() {
        if (ending != RELEASED) {
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Boolean> first = released;
        while (first == null) {
            Thread.onSpinWait();
            first = released;
        }
        return first;
    }

    private void sendRelease(CompletableFuture<Boolean> result) {
        leave();
        failRenewRequests();
        owner.release(spec.target(), grant.token(), confirmed -> {
            over();
            if (runtime.events().isUsed()) {
                Subject subject = spec.subject(server.address());
                Duration held = Duration.ofNanos(runtime.now() - grantedAt);
                runtime.events().accept(listener -> listener.released(subject, held, confirmed));
            }
            result.complete(confirmed);
        });
    }

    // --- renewal, on the event loop

    @Override
    protected void expired() {
        if (ending != null) {
            return;
        }
        long now = runtime.now();
        if (remaining(now) <= 0) {
            expire();
            return;
        }
        if (spec.renewal() && !renewing && renewalAt - now <= 0) {
            sendRenewal();
        }
        schedule();
    }

    private void schedule() {
        long now = runtime.now();
        long at = now + Math.max(0, remaining(now));
        if (spec.renewal() && !renewing && renewalAt - at < 0) {
            at = renewalAt;
        }
        runtime.timers().start(this, at);
    }

    /** Renews before its time, in place of a keep-alive; false if that would be no use. */
    boolean renewEarly() {
        if (!spec.renewal() || renewing || ending != null) {
            return false;
        }
        sendRenewal();
        schedule();
        return true;
    }

    /** Renews because somebody asked. */
    void renew(CompletableFuture<Boolean> result) {
        if (!isHeld()) {
            result.complete(false);
            return;
        }
        if (renewRequests == null) {
            renewRequests = new ArrayList<>(1);
        }
        renewRequests.add(result);
        if (!renewing) {
            sendRenewal();
            schedule();
        }
    }

    private void sendRenewal() {
        renewing = true;
        owner.connection().send(Requests.renew(spec.target(), grant.token(), grant.leaseSeconds()), new Exchange() {
            @Override
            protected void answered(Reply reply) {
                renewalAnswered(reply, sentAt());
            }

            @Override
            protected void failed(DflockdException cause) {
                renewalFailed(cause);
            }
        });
    }

    private void renewalAnswered(Reply reply, long sentAt) {
        renewing = false;
        if (ending != null) {
            return;
        }
        if (remaining(runtime.now()) <= 0) {
            expire();
        } else if (reply.is("ok")) {
            renewed(reply, sentAt);
        } else if (reply.is("error_lease_expired")) {
            lose(LossReason.LEASE_EXPIRED);
        } else if (reply.is("error")) {
            lose(LossReason.REJECTED);
        } else {
            renewalFailed(reply.unexpected("a renewal"));
            renewalAt = runtime.now() + retryPause();
            schedule();
        }
    }

    private void renewed(Reply reply, long sentAt) {
        long seconds;
        try {
            seconds = reply.renewedSeconds();
        } catch (DflockdProtocolException ex) {
            renewalFailed(ex);
            renewalAt = runtime.now() + retryPause();
            schedule();
            return;
        }
        long lease = seconds == 0
                ? leaseNanos()
                : Math.min(leaseNanos(), TimeUnit.SECONDS.toNanos(Math.min(seconds, LONGEST_LEASE_SECONDS)));
        leaseDeadline = sentAt + lease;
        renewalAt = renewalAfter(sentAt);
        if (renewRequests != null) {
            renewRequests.forEach(request -> complete(request, true));
            renewRequests = null;
        }
        if (runtime.events().isUsed()) {
            Subject subject = spec.subject(server.address());
            runtime.events().accept(listener -> listener.renewed(subject));
        }
        schedule();
    }

    private void renewalFailed(DflockdException cause) {
        renewing = false;
        if (ending == null) {
            logger.debug("A renewal of {} failed", spec.target().describe(), cause);
            Subject subject = spec.subject(server.address());
            runtime.events().accept(listener -> listener.renewalFailed(subject, cause));
        }
    }

    private long retryPause() {
        return Math.max(TimeUnit.MILLISECONDS.toNanos(20), remaining(runtime.now()) / 8);
    }

    private void failRenewRequests() {
        if (renewRequests != null) {
            renewRequests.forEach(request -> complete(request, false));
            renewRequests = null;
        }
    }

    private void complete(CompletableFuture<Boolean> request, boolean value) {
        try {
            runtime.callbacks().execute(() -> request.complete(value));
        } catch (RejectedExecutionException ex) {
            runtime.losses().execute(() -> request.complete(value));
        }
    }

    // --- listeners

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
        try {
            runtime.losses().execute(() -> {
                try {
                    listener.lost(new Handle(this), reason);
                } catch (RuntimeException | Error ex) {
                    logger.warn("A loss listener of {} failed", spec.target().describe(), ex);
                }
            });
        } catch (RejectedExecutionException ex) {
            logger.warn(
                    "A loss listener of {} was not called: the client has ended",
                    spec.target().describe());
        }
    }

    // --- diagnosis

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

    /** Its handle became garbage while it was held; any thread. */
    void abandoned() {
        if (ending != null) {
            return;
        }
        logger.warn(
                "A handle of {} on server {} became garbage without having been released; it is released now. Close every"
                        + " handle, best with try-with-resources",
                spec.target().describe(),
                server.address());
        Subject subject = spec.subject(server.address());
        runtime.events().accept(listener -> listener.abandoned(subject));
        release();
    }
}
