package io.dflockd.client.internal.lock;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.SemaphoreLimitMismatchException;
import io.dflockd.client.internal.loop.Timers;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.ConnectionOwner;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.net.WaitConnections;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One acquisition on its way: first a try on the session connection; if that finds it busy and the caller would wait, a
 * wait on a connection of its own, which then owns the grant. While the caller waits it is asked again after a connection
 * broke. When the caller has gone, a wait that is nearly over runs out in the background, and a longer one is cut by
 * closing its connection; a grant that comes all the same is released.
 *
 * <p>Confined to the event loop, but for {@link #start}, and {@link #tellWhyNot} for the caller's own clock.
 */
final class Acquisition extends Timers.Timer
        implements Runnable, SharedConnection.User, WaitConnections.Taker, ConnectionOwner {

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final LockRegister runtime;

    private final ServerLocks server;

    private final LockSpec spec;

    private final Caller<?> delivery;

    private final GrantConfirmation grants;

    private final AcquisitionEvents report;

    private final long startedAt;

    /** Zero for a try. */
    private final long patienceNanos;

    private final byte[] tryRequest;

    private final Timers.Timer pause = new Timers.Timer() {
        @Override
        protected void expired() {
            if (!over) {
                server.session().use(Acquisition.this);
            }
        }
    };

    private WaitConnections.@Nullable Lease lease;

    private boolean blocked;

    private boolean watching;

    private long wireDeadline;

    private int failures;

    /** Written on the loop only. */
    private volatile boolean over;

    private volatile boolean asked;

    private volatile boolean saidBusy;

    private volatile @Nullable DflockdException trouble;

    Acquisition(LockRegister runtime, ServerLocks server, LockSpec spec, Caller<?> delivery, long patienceNanos) {
        this.runtime = runtime;
        this.server = server;
        this.spec = spec;
        this.delivery = delivery;
        this.grants = new GrantConfirmation(runtime, server, spec);
        this.patienceNanos = patienceNanos;
        this.startedAt = runtime.now();
        this.report = new AcquisitionEvents(runtime, spec, server.address(), startedAt);
        this.tryRequest = Requests.acquire(spec.target(), 0, spec.leaseSeconds());
    }

    /** Begins, from any thread. */
    void start() {
        if (!runtime.later(this)) {
            delivery.failed(LockRegister.closedException());
        }
    }

    @Override
    public void run() {
        if (delivery.isDone()) {
            over = true;
            return;
        }
        runtime.begun(this);
        if (!over) {
            if (delivery.isAsync()) {
                runtime.timers().start(this, startedAt + callerWaitsNanos());
            }
            server.session().use(this);
            if (!asked) {
                watchCaller();
            }
        }
    }

    /**
     * Learns at once when the caller completes his future himself. Not worth it for an answer that is on its way: what it
     * brings is looked at by {@link #callerLeft} and {@link GrantConfirmation.Outcome#wanted}.
     */
    private void watchCaller() {
        if (!watching && !over && delivery.isAsync()) {
            watching = true;
            delivery.whenCompleted(this::callerCompleted);
        }
    }

    private boolean callerLeft() {
        return delivery.isAsync() && delivery.isDone();
    }

    /** How long the caller waits at most; a try waits for the connection and for one answer. */
    long callerWaitsNanos() {
        if (patienceNanos > 0) {
            return patienceNanos;
        }
        LockRegister.Options options = runtime.options();
        long forAnswer = options.requestTimeout().toNanos();
        return server.session().isConnected()
                ? forAnswer
                : options.connectTimeout().toNanos() + forAnswer;
    }

    private long remaining() {
        return startedAt + patienceNanos - runtime.now();
    }

    // --- the try, on the session connection

    @Override
    public void connected(Connection connection) {
        asked = true;
        connection.send(tryRequest, new Exchange() {
            @Override
            protected void answered(Reply reply) {
                tryAnswered(reply, connection, sentAt());
            }

            @Override
            protected void failed(DflockdException cause) {
                requestLost(cause);
            }
        });
    }

    @Override
    public boolean waitsAfter(DflockdException cause) {
        trouble = cause;
        return patienceNanos > 0 && remaining() > 0 && !delivery.isDone();
    }

    @Override
    public void unavailable(DflockdException cause) {
        fail(cause);
    }

    private void tryAnswered(Reply reply, Connection connection, long sentAt) {
        if (reply.is("ok")) {
            trouble = null;
            grants.take(reply, server.owning(connection), sentAt, outcome());
        } else if (over) {
            return;
        } else if (reply.is("timeout")) {
            saidBusy = true;
            trouble = null;
            if (patienceNanos == 0 || remaining() <= 0) {
                busy();
            } else {
                watchCaller();
                server.links().waits().take(this, this);
            }
        } else if (reply.is("error_max_waiters") && patienceNanos == 0) {
            busy();
        } else if (reply.is("error") && patienceNanos > 0) {
            // What is sent breaks no rule, so this is a server that is shutting down; another may take its place.
            askAgain(Refusals.of(reply, spec.target(), server.address()));
        } else {
            notGranted(Refusals.of(reply, spec.target(), server.address()));
        }
    }

    private void notGranted(DflockdException cause) {
        if (cause instanceof ConnectionClosedException && patienceNanos > 0) {
            askAgain(cause);
        } else {
            fail(cause);
        }
    }

    private void requestLost(DflockdException cause) {
        boolean mayPass =
                !(cause instanceof DflockdProtocolException || cause instanceof DflockdAuthenticationException);
        if (patienceNanos > 0 && mayPass) {
            askAgain(cause);
        } else {
            fail(cause);
        }
    }

    private void askAgain(DflockdException cause) {
        if (over) {
            return;
        }
        trouble = cause;
        if (remaining() <= 0 || delivery.isDone()) {
            fail(report.gaveUp(cause, patienceNanos));
            return;
        }
        watchCaller();
        long wait = failures == 0 ? 0 : FIRST_PAUSE_NANOS << Math.min(failures, 7);
        failures++;
        if (wait == 0) {
            server.session().use(this);
        } else {
            runtime.timers().start(pause, runtime.now() + wait);
        }
    }

    // --- the wait, on a connection of its own

    @Override
    public void taken(WaitConnections.Lease taken) {
        if (over || delivery.isDone()) {
            taken.giveBack();
            return;
        }
        lease = taken;
        blocked = true;
        long seconds = secondsFor(remaining());
        wireDeadline = runtime.now() + TimeUnit.SECONDS.toNanos(seconds);
        taken.connection()
                .send(
                        Requests.acquire(spec.target(), seconds, spec.leaseSeconds()),
                        new Exchange() {
                            @Override
                            protected void answered(Reply reply) {
                                waitAnswered(reply, taken, sentAt());
                            }

                            @Override
                            protected void failed(DflockdException cause) {
                                lease = null;
                                blocked = false;
                                requestLost(cause);
                            }
                        },
                        TimeUnit.SECONDS.toNanos(seconds));
    }

    static long secondsFor(long nanos) {
        return Math.max(1, (nanos + TimeUnit.SECONDS.toNanos(1) - 1) / TimeUnit.SECONDS.toNanos(1));
    }

    @Override
    public void refused(DflockdException cause) {
        if (cause instanceof DflockdConnectionException) {
            askAgain(cause);
        } else {
            fail(cause);
        }
    }

    private void waitAnswered(Reply reply, WaitConnections.Lease on, long sentAt) {
        blocked = false;
        lease = null;
        if (reply.is("ok")) {
            grants.take(reply, new OwnedLocks(on.connection(), on), sentAt, outcome());
            return;
        }
        if (reply.is("timeout")) {
            on.giveBack();
            busy();
        } else if (reply.is("error")) {
            // A server that is shutting down answers its waiters so.
            on.connection().close();
            askAgain(Refusals.of(reply, spec.target(), server.address()));
        } else {
            DflockdException cause = Refusals.of(reply, spec.target(), server.address());
            on.giveBackAfter(cause);
            if (!over) {
                notGranted(cause);
            }
        }
    }

    @Override
    public void closed(Connection connection, @Nullable DflockdException cause) {
        // The exchange that was outstanding has failed already.
        lease = null;
    }

    // --- the end

    private GrantConfirmation.Outcome outcome() {
        return new GrantConfirmation.Outcome() {
            @Override
            public void owned(Holding holding) {
                report.acquired();
                finish();
                delivery.granted(holding);
            }

            @Override
            public void gone(@Nullable DflockdException connectionFailure) {
                if (over) {
                    return;
                }
                if (patienceNanos > 0 && remaining() > 0) {
                    askAgain(connectionFailure != null ? connectionFailure : report.notConfirmed());
                } else if (connectionFailure != null) {
                    fail(connectionFailure);
                } else {
                    busy();
                }
            }

            @Override
            public boolean wanted() {
                return !over && !delivery.isDone();
            }
        };
    }

    private void finish() {
        over = true;
        runtime.timers().stop(this);
        runtime.timers().stop(pause);
        runtime.over(this);
    }

    private void busy() {
        if (over) {
            return;
        }
        if (callerLeft()) {
            withdraw(false);
            return;
        }
        finish();
        report.timedOut();
        delivery.busy();
    }

    void fail(DflockdException cause) {
        if (over) {
            return;
        }
        if (callerLeft()) {
            withdraw(false);
            return;
        }
        trouble = cause;
        retire();
        report.failed(cause);
        if (cause instanceof SemaphoreLimitMismatchException) {
            server.limitOf(
                    spec.target(),
                    limit -> delivery.failed(
                            limit == null ? cause : Refusals.limitMismatch(spec.target(), server.address(), limit)));
        } else {
            delivery.failed(cause);
        }
    }

    /** The caller's time is over. */
    @Override
    protected void expired() {
        if (over) {
            return;
        }
        if (callerLeft()) {
            withdraw(false);
            return;
        }
        DflockdException cause = tellWhyNot();
        if (cause == null) {
            withdraw(true);
            delivery.busy();
        } else {
            fail(cause);
        }
    }

    /** Why there is no grant, once the caller's time is over: null if it was busy. Any thread. */
    @Nullable
    DflockdException tellWhyNot() {
        DflockdException cause = trouble;
        if (cause != null) {
            return report.gaveUp(cause, patienceNanos);
        }
        if (saidBusy && patienceNanos > 0) {
            return null;
        }
        return asked ? report.noAnswer(callerWaitsNanos()) : report.noConnection(callerWaitsNanos());
    }

    /** The caller's future is complete, by him or by us; any thread. */
    private void callerCompleted() {
        if (!over) {
            runtime.later(() -> withdraw(false));
        }
    }

    /** The caller is gone. */
    void withdraw(boolean timedOut) {
        if (over) {
            return;
        }
        retire();
        if (timedOut) {
            report.timedOut();
        }
    }

    private void retire() {
        finish();
        server.session().forget(this);
        WaitConnections.Lease waiting = lease;
        if (waiting != null && blocked) {
            if (!runtime.options().drains(wireDeadline - runtime.now())) {
                waiting.connection().close();
            }
        }
    }

    ClientSnapshot.Waiting describe(long now) {
        return report.snapshot(now);
    }
}
