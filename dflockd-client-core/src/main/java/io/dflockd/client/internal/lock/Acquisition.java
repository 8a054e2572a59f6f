package io.dflockd.client.internal.lock;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.SemaphoreLimitMismatchException;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.RetryDelay;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.net.BorrowedConnection;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.net.WaitConnections;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Status;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One acquisition, from the caller's request to its outcome. It first tries on the session connection. If the key is busy and
 * the caller waits, it joins the server's queue on a connection of its own, which then owns the grant. If others of this client
 * wait in that queue, it joins at once. While the caller waits, it asks again after a connection broke. {@link State} lists the
 * steps and their order.
 *
 * <p>Confined to the event loop, except {@link #start}, {@link #callerWaitsNanos} and the methods of {@link Caller.Request},
 * which the caller's thread calls. For those, {@code state}, {@code progress} and {@code trouble} are volatile; the loop alone
 * writes them.
 */
final class Acquisition
        implements Caller.Request,
                SharedConnection.User,
                WaitConnections.Borrower,
                BlockingRequest.Outcome,
                GrantConfirmation.Outcome {

    /** A first connection may take at least this long, however short the caller's timeout is. */
    private static final long FIRST_CONNECT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** After this time in a queue that was joined at once, the server is asked for a sign of life. */
    private static final long SIGN_OF_LIFE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Only callers with this much time join at once: the sign of life has to come before their time is over. */
    private static final long JOINS_AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The steps of an acquisition. */
    enum State {
        /** Not on the loop yet. */
        NEW,
        /** Waits for the session connection, or for the answer to a try on it. */
        TRYING,
        /** The key is busy, or others of this client wait for it; waits for a connection to wait on. */
        CONNECTING,
        /** The request is blocked at the server. */
        WAITING,
        /** Granted; the grant is taken over or confirmed. */
        CONFIRMING,
        /** Asks again after a delay. */
        PAUSED,
        /** Refused because of the semaphore's limit; the server's limit is looked up for the exception. */
        EXPLAINING,
        /** The caller has the outcome or has left. A grant that still comes is released. */
        DONE;

        private static final Map<State, Set<State>> NEXT = new EnumMap<>(Map.of(
                NEW, EnumSet.of(TRYING, CONNECTING, DONE),
                TRYING, EnumSet.of(TRYING, CONNECTING, CONFIRMING, PAUSED, EXPLAINING, DONE),
                CONNECTING, EnumSet.of(WAITING, TRYING, PAUSED, DONE),
                WAITING, EnumSet.of(CONFIRMING, TRYING, PAUSED, EXPLAINING, DONE),
                CONFIRMING, EnumSet.of(TRYING, PAUSED, DONE),
                PAUSED, EnumSet.of(TRYING, DONE),
                EXPLAINING, EnumSet.of(DONE)));

        boolean mayBecome(State next) {
            return NEXT.getOrDefault(this, Set.of()).contains(next);
        }
    }

    /** What is known if the caller's time is over now. */
    private enum Progress {
        NOT_CONNECTED,
        NOT_ANSWERED,
        BUSY
    }

    private final LockRegister register;
    private final ClientLoop loop;
    private final ServerLocks server;
    private final LockSpec spec;
    private final Caller<?> caller;
    private final long startedAt;
    /** Zero for a try. */
    private final long patienceNanos;

    private final long callerWaitsNanos;
    /** Made on the caller's thread, to keep the work off the loop. */
    private final byte[] tryRequest;
    /** Of an asynchronous caller. */
    private @Nullable Timer callerTimer;
    /** Of the step that is under way: the end of the pause, or when to ask for a sign of life. */
    private @Nullable Timer stepTimer;

    private volatile State state = State.NEW;
    private volatile Progress progress = Progress.NOT_CONNECTED;
    private volatile @Nullable DflockdException trouble;
    /** The last one; it may be over. */
    private @Nullable BlockingRequest blocked;
    /** Made when there is something to tell: most acquisitions are short. */
    private volatile @Nullable AcquisitionEvents events;

    private int failures;
    private boolean watchesCaller;

    Acquisition(LockRegister register, ServerLocks server, LockSpec spec, Caller<?> caller, long patienceNanos) {
        this.register = register;
        this.loop = register.loop();
        this.server = server;
        this.spec = spec;
        this.caller = caller;
        this.patienceNanos = patienceNanos;
        this.callerWaitsNanos =
                callerWaits(register.settings(), server.session().isConnected(), patienceNanos);
        this.startedAt = loop.now();
        this.tryRequest = Requests.acquire(spec.target(), 0, spec.leaseSeconds());
    }

    State state() {
        return state;
    }

    private void become(State next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException(
                    "an acquisition of " + spec.target().describe() + " cannot become " + next + " after " + state);
        }
        stopTimer(stepTimer);
        if (state == State.WAITING) {
            server.leftQueue(spec.target());
        } else if (next == State.WAITING) {
            server.joinedQueue(spec.target());
        }
        state = next;
    }

    private boolean isDone() {
        return state == State.DONE;
    }

    @Override
    public LockSpec spec() {
        return spec;
    }

    private AcquisitionEvents events() {
        AcquisitionEvents known = events;
        if (known == null) {
            known = new AcquisitionEvents(loop, spec, server.address(), startedAt);
            events = known;
        }
        return known;
    }

    /** Begins. Any thread. */
    void start() {
        try {
            if (!loop.execute(this::begin)) {
                caller.failed(ClientLoop.closedException());
            }
        } catch (Throwable ex) {
            // The loop's thread could not be started; it must not find a caller when it can.
            caller.notStarted(ex);
            throw ex;
        }
    }

    private void begin() {
        if (caller.isDone()) {
            become(State.DONE);
            return;
        }
        register.begun(this);
        if (isDone()) {
            return;
        }
        if (caller.isAsync()) {
            callerTimer = startTimer(this::callerTimeOver, startedAt + callerWaitsNanos());
        }
        if (joinsAtOnce()) {
            progress = Progress.NOT_ANSWERED;
            joinQueue();
            return;
        }
        tryNow();
        if (progress == Progress.NOT_CONNECTED) {
            watchCaller();
        }
    }

    /** A try would fail: others of this client wait in the queue. */
    private boolean joinsAtOnce() {
        return patienceNanos >= JOINS_AT_ONCE_NANOS
                && server.isInQueue(spec.target())
                && server.session().isConnected();
    }

    /**
     * Notices at once when an asynchronous caller completes its future. For an answer that is on its way this is not worth its
     * cost: {@link #wanted} and {@link #callerLeft} look at the caller then.
     */
    private void watchCaller() {
        if (!watchesCaller && !isDone() && caller.isAsync()) {
            watchesCaller = true;
            caller.whenCompleted(this::callerCompleted);
        }
    }

    private void callerCompleted() {
        if (!isDone()) {
            callerLeft(false);
        }
    }

    private boolean callerHasLeft() {
        return caller.isAsync() && caller.isDone();
    }

    /** How long the caller waits at most. A try waits for a connection and one answer. Any thread. */
    long callerWaitsNanos() {
        return callerWaitsNanos;
    }

    /** Decided once: the connection may be opened while the caller already waits. */
    private static long callerWaits(ClientSettings settings, boolean connected, long patienceNanos) {
        long connect = settings.connectTimeout.toNanos();
        if (patienceNanos == 0) {
            return settings.requestTimeout.toNanos() + (connected ? 0 : connect);
        }
        return connected ? patienceNanos : Math.max(patienceNanos, Math.min(connect, FIRST_CONNECT_NANOS));
    }

    /** Not positive for a try. */
    private long remaining() {
        return startedAt + patienceNanos - loop.now();
    }

    // --- TRYING, on the session connection

    private void tryNow() {
        become(State.TRYING);
        server.session().use(this);
    }

    @Override
    public void connected(Connection connection) {
        if (progress == Progress.NOT_CONNECTED) {
            progress = Progress.NOT_ANSWERED;
        }
        // Not by Exchange.of: each acquisition comes here, and this is one object less.
        connection.send(tryRequest, new Exchange() {
            @Override
            protected void answered(Reply reply) {
                tryAnswered(reply, connection, sentAt());
            }

            @Override
            protected void failed(DflockdException cause) {
                lost(cause);
            }
        });
    }

    @Override
    public boolean waitsAfter(DflockdException cause) {
        boolean waits = remaining() > 0 && !caller.isDone();
        if (waits) {
            events().waitsThrough(cause, patienceNanos);
        }
        trouble = cause;
        return waits;
    }

    private void tryAnswered(Reply reply, Connection connection, long sentAt) {
        if (reply.is(Status.OK)) {
            granted(reply, server.ownedBySession(connection), sentAt);
        } else if (isDone()) {
            return;
        } else if (reply.is(Status.TIMEOUT)) {
            tryFoundItBusy();
        } else if (reply.is(Status.ERROR_MAX_WAITERS) && patienceNanos == 0) {
            busy();
        } else {
            refused(reply.status(), Refusals.of(reply, spec.target()));
        }
    }

    private void tryFoundItBusy() {
        progress = Progress.BUSY;
        trouble = null;
        if (remaining() <= 0) {
            busy();
        } else {
            joinQueue();
        }
    }

    private void joinQueue() {
        become(State.CONNECTING);
        watchCaller();
        if (!isDone()) {
            // If the connection ends, the request that is outstanding on it fails.
            server.connections().waits().borrow((connection, cause) -> {}, this);
        }
    }

    // --- CONNECTING and WAITING, on a connection of its own

    @Override
    public void borrowed(BorrowedConnection connection) {
        if (!wanted()) {
            connection.giveBack();
            return;
        }
        become(State.WAITING);
        BlockingRequest request = new BlockingRequest(register, connection, spec.target(), this);
        blocked = request;
        long seconds = BlockingRequest.seconds(remaining());
        request.send(Requests.acquire(spec.target(), seconds, spec.leaseSeconds()), seconds);
        if (state == State.WAITING && progress == Progress.NOT_ANSWERED) {
            stepTimer = startTimer(this::askForSignOfLife, loop.now() + SIGN_OF_LIFE_NANOS);
        }
    }

    /** Without a try, the server has not said that the key is busy. If it answers now, the request does wait. */
    private void askForSignOfLife() {
        server.askForSignOfLife(() -> {
            if (state == State.WAITING && progress == Progress.NOT_ANSWERED) {
                progress = Progress.BUSY;
            }
        });
    }

    /** Neither the session nor a connection to wait on can be had. */
    @Override
    public void unavailable(DflockdException cause) {
        if (state == State.CONNECTING && cause instanceof DflockdConnectionException) {
            askAgain(cause);
        } else {
            fail(remaining() <= 0 ? events().gaveUp(cause, patienceNanos) : cause);
        }
    }

    @Override
    public void timedOut() {
        busy();
    }

    // --- the answers of both

    @Override
    public void granted(Reply reply, OwnedLocks owner, long sentAt) {
        if (!isDone()) {
            trouble = null;
            become(State.CONFIRMING);
        }
        server.confirmation().take(reply, owner, sentAt, this);
    }

    @Override
    public void refused(Status status, DflockdException why) {
        if (status == Status.ERROR_LEASE_EXPIRED) {
            // It was granted, and the grant was lost before the server could answer.
            gone(null);
            return;
        }
        askAgainIf(status == Status.ERROR || why instanceof ConnectionClosedException, why);
    }

    @Override
    public void lost(DflockdException cause) {
        askAgainIf(
                !(cause instanceof DflockdProtocolException || cause instanceof DflockdAuthenticationException), cause);
    }

    private void askAgainIf(boolean mayPass, DflockdException cause) {
        if (mayPass) {
            askAgain(cause);
        } else {
            fail(cause);
        }
    }

    /** A new request, after a failure that may pass; a try does not ask again. */
    private void askAgain(DflockdException cause) {
        if (isDone()) {
            return;
        }
        trouble = cause;
        if (remaining() <= 0 || caller.isDone()) {
            fail(events().gaveUp(cause, patienceNanos));
            return;
        }
        events().waitsThrough(cause, patienceNanos);
        watchCaller();
        if (isDone()) {
            return;
        }
        long delay = RetryDelay.ACQUIRE.nanos(failures++);
        if (delay == 0) {
            tryNow();
        } else {
            become(State.PAUSED);
            stepTimer = startTimer(this::tryNow, loop.now() + delay);
        }
    }

    // --- CONFIRMING

    @Override
    public void owned(Holding holding) {
        if (loop.events().wantsRoutineEvents()) {
            events().acquired();
        }
        done();
        caller.granted(holding);
    }

    @Override
    public void gone(@Nullable DflockdException notConfirmed) {
        if (isDone()) {
            return;
        }
        if (notConfirmed != null) {
            lost(notConfirmed);
        } else if (remaining() > 0) {
            askAgain(events().notConfirmed());
        } else {
            busy();
        }
    }

    @Override
    public boolean wanted() {
        return !isDone() && !caller.isDone();
    }

    // --- DONE

    private void busy() {
        if (isDone()) {
            return;
        }
        withdraw();
        if (!callerHasLeft()) {
            events().timedOut();
            caller.busy();
        }
    }

    void fail(DflockdException cause) {
        if (isDone()) {
            return;
        }
        if (callerHasLeft()) {
            withdraw();
        } else if (cause instanceof SemaphoreLimitMismatchException && state != State.EXPLAINING) {
            trouble = cause;
            become(State.EXPLAINING);
            server.limitOf(
                    spec.target(),
                    limit -> loop.run(() -> fail(Refusals.limitMismatch(spec.target(), server.address(), limit))));
        } else {
            failNow(cause);
        }
    }

    private void failNow(DflockdException cause) {
        trouble = cause;
        withdraw();
        events().failed(cause);
        caller.failed(cause);
    }

    /** The time of an asynchronous caller is over. */
    private void callerTimeOver() {
        if (isDone()) {
            return;
        }
        DflockdException cause = whyNotGranted();
        if (cause != null) {
            failNow(cause);
        } else {
            busy();
        }
    }

    /** Busy is what the server said last, unless the session connection has gone silent since. */
    @Override
    public @Nullable DflockdException whyNotGranted() {
        DflockdException cause = trouble;
        if (cause != null) {
            return events().gaveUp(cause, patienceNanos);
        }
        return switch (progress) {
            case BUSY ->
                patienceNanos > 0 && !server.session().isSuspicious() ? null : events().noAnswer(callerWaitsNanos());
            case NOT_ANSWERED -> events().noAnswer(callerWaitsNanos());
            case NOT_CONNECTED -> events().noConnection(callerWaitsNanos());
        };
    }

    @Override
    public void callerLeft(boolean busy) {
        loop.run(() -> {
            if (!isDone()) {
                withdraw();
                if (busy) {
                    events().timedOut();
                }
            }
        });
    }

    /** Ends it without an outcome. */
    private void withdraw() {
        done();
        server.session().forget(this);
        if (blocked != null) {
            blocked.withdraw();
        }
    }

    private void done() {
        become(State.DONE);
        stopTimer(callerTimer);
        register.over(this);
    }

    private Timer startTimer(Runnable task, long at) {
        Timer timer = new Timer(task);
        loop.timers().start(timer, at);
        return timer;
    }

    private void stopTimer(@Nullable Timer timer) {
        if (timer != null) {
            loop.timers().stop(timer);
        }
    }

    ClientSnapshot.Waiting describe(long now) {
        return events().snapshot(now);
    }
}
