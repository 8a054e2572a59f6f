package io.dflockd.client.internal.lock;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LossReason;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.internal.loop.Timers;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.ConnectionOwner;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.WaitConnections;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A place in a queue, on a wait connection of its own.
 *
 * <p>A server grants a queued place without telling, and the lease of such a grant runs. So when nobody has awaited the
 * place by the time a lease would have to be renewed, the place sends {@code w} itself; an await is then a matter between
 * caller and place. A place whose {@code w} has not been sent is left with {@code w 0}, which leaves no ghost behind.
 *
 * <p>Confined to the event loop, but for {@link #state()}.
 */
final class QueuePlace implements WaitConnections.Taker, ConnectionOwner, GrantConfirmation.Outcome {

    private final LockRegister runtime;

    private final ServerLocks server;

    private final LockSpec spec;

    private final GrantConfirmation grants;

    private final CompletableFuture<QueuePlace> ready;

    private final Timers.Timer patience = new Timers.Timer() {
        @Override
        protected void expired() {
            if (!waitSent && holding == null) {
                sendWait(lifeEnd - runtime.now());
            }
        }
    };

    private final Timers.Timer life = new Timers.Timer() {
        @Override
        protected void expired() {
            end(new DflockdException(
                    "the place in the queue of " + spec.target().describe()
                            + " ended because nobody took it within its maximum life of "
                            + runtime.options().placeMaxLife() + " (queuedPlaceMaxLife)"));
        }
    };

    private final Timers.Timer awaitDeadline = new Timers.Timer() {
        @Override
        protected void expired() {
            awaitTimedOut();
        }
    };

    private volatile QueuedAcquisition.State state = QueuedAcquisition.State.QUEUED;

    private WaitConnections.@Nullable Lease lease;

    /** Written on the loop only. */
    private volatile @Nullable Holding holding;

    private @Nullable Caller<?> awaiting;

    private @Nullable DflockdException endedBy;

    private long enqueuedAt;

    private long lifeEnd;

    private boolean waitSent;

    /** The server has granted it; what is left is to confirm that. */
    private boolean granting;

    private long wireDeadline;

    private boolean leaving;

    QueuePlace(LockRegister runtime, ServerLocks server, LockSpec spec, CompletableFuture<QueuePlace> ready) {
        this.runtime = runtime;
        this.server = server;
        this.spec = spec;
        this.grants = new GrantConfirmation(runtime, server, spec);
        this.ready = ready;
    }

    LockSpec spec() {
        return spec;
    }

    LockRegister runtime() {
        return runtime;
    }

    QueuedAcquisition.State state() {
        QueuedAcquisition.State now = state;
        Holding granted = holding;
        if (now == QueuedAcquisition.State.ACQUIRED && granted != null && !granted.isHeld()) {
            return QueuedAcquisition.State.ENDED;
        }
        return now;
    }

    // --- joining

    void begin() {
        if (ready.isDone()) {
            return;
        }
        runtime.begun(this);
        if (endedBy == null) {
            server.links().waits().take(this, this);
        }
    }

    @Override
    public void taken(WaitConnections.Lease taken) {
        if (endedBy != null || ready.isDone()) {
            taken.giveBack();
            end(LockRegister.closedException());
            return;
        }
        lease = taken;
        lifeEnd = runtime.now() + runtime.options().placeMaxLife().toNanos();
        runtime.timers().start(life, lifeEnd);
        taken.connection().send(Requests.enqueue(spec.target(), spec.leaseSeconds()), new Exchange() {
            @Override
            protected void answered(Reply reply) {
                enqueueAnswered(reply, taken, sentAt());
            }

            @Override
            protected void failed(DflockdException cause) {
                end(cause);
            }
        });
    }

    @Override
    public void refused(DflockdException cause) {
        end(cause);
    }

    private void enqueueAnswered(Reply reply, WaitConnections.Lease on, long sentAt) {
        enqueuedAt = sentAt;
        if (reply.is("acquired")) {
            granting = true;
            grants.take(reply, new OwnedLocks(on.connection(), on), sentAt, this);
        } else if (reply.is("queued")) {
            queued(on);
        } else {
            lease = null;
            DflockdException cause = Refusals.of(reply, spec.target(), server.address());
            on.giveBackAfter(cause);
            end(cause);
        }
    }

    private void queued(WaitConnections.Lease on) {
        if (endedBy != null) {
            leave();
            return;
        }
        long seconds = spec.leaseSeconds() > 0 ? spec.leaseSeconds() : server.defaultLeaseSeconds();
        long grace = (long) (TimeUnit.SECONDS.toNanos(Math.min(seconds, 3600)) * spec.renewRatio());
        on.connection().keepAlive(true);
        runtime.timers().start(patience, enqueuedAt + grace);
        ready.complete(this);
    }

    // --- awaiting

    /** Hands the grant to this caller, now or when it comes. */
    void await(Caller<?> delivery, long timeoutNanos) {
        DflockdException ended = endedBy;
        if (ended != null) {
            delivery.failed(ended);
        } else if (state == QueuedAcquisition.State.HANDED_OUT) {
            delivery.failed(new DflockdException("the place in the queue of "
                    + spec.target().describe() + " was handed out already; use the handle it gave"));
        } else if (awaiting != null) {
            delivery.failed(new DflockdException(
                    "the place in the queue of " + spec.target().describe() + " is being awaited by somebody else"));
        } else {
            awaiting = delivery;
            Holding granted = holding;
            if (granted != null) {
                handOut(granted);
            } else {
                long patient = timeoutNanos > 0
                        ? timeoutNanos
                        : runtime.options().requestTimeout().toNanos();
                runtime.timers().start(awaitDeadline, runtime.now() + patient);
                if (!waitSent && !granting) {
                    sendWait(timeoutNanos);
                }
            }
        }
    }

    private void sendWait(long nanos) {
        WaitConnections.Lease on = lease;
        if (on == null) {
            return;
        }
        runtime.timers().stop(patience);
        waitSent = true;
        long seconds = nanos <= 0 ? 0 : Acquisition.secondsFor(nanos);
        wireDeadline = runtime.now() + TimeUnit.SECONDS.toNanos(seconds);
        on.connection()
                .send(
                        Requests.await(spec.target(), seconds),
                        new Exchange() {
                            @Override
                            protected void answered(Reply reply) {
                                waitAnswered(reply, on);
                            }

                            @Override
                            protected void failed(DflockdException cause) {
                                lease = null;
                                end(cause);
                            }
                        },
                        TimeUnit.SECONDS.toNanos(seconds));
    }

    private void waitAnswered(Reply reply, WaitConnections.Lease on) {
        waitSent = false;
        if (reply.is("ok")) {
            granting = true;
            grants.take(reply, new OwnedLocks(on.connection(), on), enqueuedAt, this);
            return;
        }
        lease = null;
        if (reply.is("timeout")) {
            on.giveBack();
            timedOut();
        } else if (reply.is("error_lease_expired") || reply.is("error_not_enqueued")) {
            on.giveBack();
            end(new LockLostException(spec.target().key(), LossReason.LEASE_EXPIRED));
        } else {
            DflockdException cause = Refusals.of(reply, spec.target(), server.address());
            on.giveBackAfter(cause);
            end(cause);
        }
    }

    private void timedOut() {
        Caller<?> caller = awaiting;
        if (caller != null) {
            awaiting = null;
            close(timeoutCause());
            caller.busy();
        } else {
            end(timeoutCause());
        }
    }

    private DflockdException timeoutCause() {
        return new DflockdException("the place in the queue of " + spec.target().describe()
                + " was lost when an await of it timed out; enqueue again");
    }

    private void awaitTimedOut() {
        if (awaiting != null) {
            timedOut();
        }
    }

    /** The caller of an await is gone; the place goes with him. */
    void abandonIfAwaitedBy(Caller<?> delivery) {
        if (awaiting != delivery) {
            return;
        }
        awaiting = null;
        end(new DflockdException("the place in the queue of " + spec.target().describe()
                + " was given up when an await of it was cancelled or interrupted"));
    }

    // --- the grant

    @Override
    public void owned(Holding granted) {
        holding = granted;
        lease = null;
        state = QueuedAcquisition.State.ACQUIRED;
        runtime.timers().stop(patience);
        ready.complete(this);
        if (awaiting != null) {
            handOut(granted);
        }
    }

    @Override
    public void gone(@Nullable DflockdException connectionFailure) {
        lease = null;
        end(
                connectionFailure != null
                        ? connectionFailure
                        : new LockLostException(spec.target().key(), LossReason.LEASE_EXPIRED));
    }

    @Override
    public boolean wanted() {
        return endedBy == null;
    }

    private void handOut(Holding granted) {
        Caller<?> caller = awaiting;
        awaiting = null;
        runtime.timers().stop(awaitDeadline);
        LossReason lost = granted.isHeld() ? null : granted.lossReason();
        if (caller == null) {
            return;
        }
        if (lost != null) {
            LockLostException cause = new LockLostException(spec.target().key(), lost);
            close(cause);
            caller.failed(cause);
            return;
        }
        holding = null;
        state = QueuedAcquisition.State.HANDED_OUT;
        finish();
        caller.granted(granted);
    }

    // --- the end

    /** Ends the place because of trouble or on purpose; who awaits it is told. Does nothing once it has ended. */
    void end(DflockdException cause) {
        Caller<?> caller = awaiting;
        awaiting = null;
        close(cause);
        if (caller != null) {
            caller.failed(cause);
        }
        ready.completeExceptionally(cause);
    }

    void closeByCaller() {
        end(new ClientClosedException(
                "the place in the queue of " + spec.target().describe() + " was closed by its owner"));
    }

    private void close(DflockdException cause) {
        if (endedBy != null || state == QueuedAcquisition.State.HANDED_OUT) {
            return;
        }
        endedBy = cause;
        state = QueuedAcquisition.State.ENDED;
        finish();
        Holding granted = holding;
        if (granted != null) {
            granted.release();
            holding = null;
        } else {
            leave();
        }
    }

    private void finish() {
        runtime.timers().stop(patience);
        runtime.timers().stop(life);
        runtime.timers().stop(awaitDeadline);
        runtime.over(this);
    }

    private void leave() {
        WaitConnections.Lease on = lease;
        if (on == null || !on.connection().isOpen() || leaving || granting) {
            return;
        }
        if (waitSent) {
            if (!runtime.options().drains(wireDeadline - runtime.now())) {
                lease = null;
                on.connection().close();
            }
        } else if (enqueuedAt != 0) {
            leaving = true;
            sendWait(0);
        }
    }

    @Override
    public void closed(Connection connection, @Nullable DflockdException cause) {
        lease = null;
        end(cause != null ? cause : LockRegister.closedException());
    }

    @Override
    public boolean keepAlive(Connection connection) {
        return false;
    }
}
