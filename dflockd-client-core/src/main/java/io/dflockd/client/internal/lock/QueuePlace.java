package io.dflockd.client.internal.lock;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdException;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LossReason;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.net.BorrowedConnection;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.ConnectionOwner;
import io.dflockd.client.internal.net.Exchange;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A place in a queue, on a connection of its own. {@link State} lists the steps and their order.
 *
 * <p>A server grants a queued place silently, and the lease of such a grant runs. So if nobody has awaited the place by the
 * time a lease would have to be renewed, the place sends {@code w} itself; an await then only waits for that. A place whose
 * {@code w} has not been sent leaves the queue with {@code w 0}, which leaves no ghost behind.
 *
 * <p>Confined to the event loop, except {@link #state()}, which any thread may ask.
 */
final class QueuePlace
        implements WaitConnections.Borrower, ConnectionOwner, BlockingRequest.Outcome, GrantConfirmation.Outcome {

    /** The steps of a place. */
    enum State {
        /** Waits for a connection, or for the answer to {@code e}. */
        JOINING,
        /** In the queue; {@code w} has not been sent. */
        QUEUED,
        /** {@code w} is blocked at the server. */
        WAITING,
        /** Granted; the grant is taken over or confirmed. */
        CONFIRMING,
        /** Held for the caller that awaits it. */
        GRANTED,
        /** Handed out to a caller. */
        HANDED_OUT,
        /** Over for its callers; the queue at the server is being left. */
        LEAVING,
        /** Over. */
        ENDED;

        private static final Map<State, Set<State>> NEXT = new EnumMap<>(Map.of(
                JOINING, EnumSet.of(QUEUED, CONFIRMING, LEAVING, ENDED),
                QUEUED, EnumSet.of(WAITING, LEAVING, ENDED),
                WAITING, EnumSet.of(CONFIRMING, LEAVING, ENDED),
                CONFIRMING, EnumSet.of(GRANTED, LEAVING, ENDED),
                GRANTED, EnumSet.of(HANDED_OUT, ENDED),
                LEAVING, EnumSet.of(ENDED)));

        boolean mayBecome(State next) {
            return NEXT.getOrDefault(this, Set.of()).contains(next);
        }

        private boolean isOver() {
            return this == HANDED_OUT || this == LEAVING || this == ENDED;
        }
    }

    private final LockRegister register;
    private final ClientLoop loop;
    private final ServerLocks server;
    private final LockSpec spec;
    private final AcquisitionEvents events;
    /** Completed when the place is in the queue or granted, or has failed to get there. On the event loop. */
    private final CompletableFuture<QueuePlace> joined = new CompletableFuture<>();
    /** Until the place is queued or granted, the limit of that; while awaited, the end of the await. */
    private final Timer deadline = new Timer(this::deadlineOver);
    /** When {@code w} is sent although nobody awaits the place. */
    private final Timer grace = new Timer(this::waitUnasked);

    private final Timer life = new Timer(this::lifeOver);
    private volatile State state = State.JOINING;
    /** From JOINING on, until the connection is returned or belongs to the grant. */
    private @Nullable BorrowedConnection borrowed;
    /** From WAITING on; it may be over. */
    private @Nullable BlockingRequest blocked;
    /** While GRANTED. */
    private volatile @Nullable Holding holding;

    private @Nullable Caller<?> awaiting;
    /** Why the place is over, for later awaits. */
    private @Nullable DflockdException endedBy;

    private long enqueuedAt;
    private long lifeEnd;

    QueuePlace(LockRegister register, ServerLocks server, LockSpec spec) {
        this.register = register;
        this.loop = register.loop();
        this.server = server;
        this.spec = spec;
        this.events = new AcquisitionEvents(loop, spec, server.address(), loop.now());
    }

    @Override
    public LockSpec spec() {
        return spec;
    }

    ClientLoop loop() {
        return loop;
    }

    /** The state for callers. Any thread. */
    QueuedAcquisition.State state() {
        return switch (state) {
            case JOINING, QUEUED, WAITING, CONFIRMING -> QueuedAcquisition.State.QUEUED;
            case GRANTED -> {
                Holding granted = holding;
                yield granted == null || Holding.isHeldOrSuspended(granted.state())
                        ? QueuedAcquisition.State.ACQUIRED
                        : QueuedAcquisition.State.ENDED;
            }
            case HANDED_OUT -> QueuedAcquisition.State.HANDED_OUT;
            case LEAVING, ENDED -> QueuedAcquisition.State.ENDED;
        };
    }

    /** Whether it waits for its grant. One that is granted is held. */
    boolean isWaiting() {
        return state() == QueuedAcquisition.State.QUEUED;
    }

    ClientSnapshot.Waiting describe(long now) {
        return events.snapshot(now);
    }

    State step() {
        return state;
    }

    private void become(State next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException(what() + " cannot become " + next + " after " + state);
        }
        state = next;
    }

    private String what() {
        return "the place in the queue of " + spec.target().describe();
    }

    // --- JOINING

    /** Joins the queue. The result is completed on the event loop, within connect and request timeout. */
    CompletableFuture<QueuePlace> join() {
        ClientSettings settings = register.settings();
        register.begun(this);
        if (!state.isOver()) {
            long now = loop.now();
            loop.timers().start(deadline, now + settings.connectTimeout.toNanos() + settings.requestTimeout.toNanos());
            server.connections().waits().borrow(this, this);
        }
        return joined;
    }

    @Override
    public void borrowed(BorrowedConnection connection) {
        if (state.isOver()) {
            connection.giveBack();
            return;
        }
        borrowed = connection;
        lifeEnd = loop.now() + register.settings().queuedPlaceMaxLife.toNanos();
        loop.timers().start(life, lifeEnd);
        connection
                .connection()
                .send(
                        Requests.enqueue(spec.target(), spec.leaseSeconds()),
                        Exchange.of((reply, sentAt) -> enqueueAnswered(reply, connection, sentAt), this::lost));
    }

    @Override
    public void unavailable(DflockdException cause) {
        left(cause);
    }

    private void enqueueAnswered(Reply reply, BorrowedConnection on, long sentAt) {
        enqueuedAt = sentAt;
        switch (reply.status()) {
            case ACQUIRED -> granted(reply, OwnedLocks.onBorrowed(register, on), sentAt);
            case QUEUED -> queued(on);
            default -> {
                DflockdException cause = Refusals.of(reply, spec.target());
                on.giveBackAfter(cause);
                lost(cause);
            }
        }
    }

    private void queued(BorrowedConnection on) {
        if (state == State.LEAVING) {
            leaveQueue(on);
            return;
        }
        become(State.QUEUED);
        loop.timers().stop(deadline);
        long seconds = spec.leaseSeconds() > 0 ? spec.leaseSeconds() : server.defaultLeaseSeconds();
        long untilRenewal = (long) (TimeUnit.SECONDS.toNanos(Math.min(seconds, 3600)) * spec.renewRatio());
        on.connection().keepAlive(true);
        loop.timers().start(grace, enqueuedAt + untilRenewal);
        joined.complete(this);
    }

    // --- awaited by a caller

    /** How long an await with this timeout takes at most; one without a timeout waits for one answer. */
    long awaitsNanos(long timeoutNanos) {
        return timeoutNanos > 0
                ? timeoutNanos
                : register.settings().requestTimeout.toNanos();
    }

    /** Hands the grant to this caller, now or when it comes. */
    void await(Caller<?> caller, long timeoutNanos) {
        if (state == State.HANDED_OUT) {
            caller.failed(new DflockdException(what() + " was handed out already; use the handle it gave"));
        } else if (endedBy != null) {
            caller.failed(endedBy);
        } else if (awaiting != null) {
            caller.failed(new DflockdException(what() + " is awaited by another caller; await it once at a time"));
        } else {
            awaiting = caller;
            if (state == State.GRANTED) {
                handOut();
            } else {
                // While w is blocked, an await without patience gets no answer: it is over at once.
                boolean noAnswerComes = timeoutNanos == 0 && state == State.WAITING;
                loop.timers().start(deadline, loop.now() + (noAnswerComes ? 0 : awaitsNanos(timeoutNanos)));
                if (state == State.QUEUED) {
                    sendWait(timeoutNanos);
                }
            }
        }
    }

    /** The caller of an await has left; the place goes with it. */
    void callerLeft(Caller<?> caller, boolean timedOut) {
        if (awaiting != caller) {
            return;
        }
        awaiting = null;
        if (timedOut) {
            events.timedOut();
        }
        endAwaited(timedOut ? "timed out" : "was cancelled or interrupted");
    }

    private void endAwaited(String how) {
        end(new DflockdException(what() + " ended when an await of it " + how + "; enqueue again"));
    }

    private void deadlineOver() {
        if (!joined.isDone()) {
            end(new RequestTimeoutException("server " + server.address() + " did not answer the enqueue of "
                    + spec.target().describe() + ", or did not confirm its grant"));
        } else {
            timedOutForCaller();
        }
    }

    private void timedOutForCaller() {
        Caller<?> caller = awaiting;
        awaiting = null;
        endAwaited("timed out");
        if (caller != null) {
            events.timedOut();
            caller.busy();
        }
    }

    // --- WAITING

    private void waitUnasked() {
        sendWait(lifeEnd - loop.now());
    }

    private void sendWait(long nanos) {
        BorrowedConnection on = borrowed;
        if (on != null) {
            loop.timers().stop(grace);
            become(State.WAITING);
            sendWait(on, nanos <= 0 ? 0 : BlockingRequest.seconds(nanos));
        }
    }

    private void sendWait(BorrowedConnection on, long seconds) {
        BlockingRequest request = new BlockingRequest(register, on, spec.target(), this);
        blocked = request;
        request.send(Requests.await(spec.target(), seconds), seconds);
    }

    @Override
    public void granted(Reply reply, OwnedLocks owner, long sentAt) {
        borrowed = null;
        if (!state.isOver()) {
            become(State.CONFIRMING);
        }
        // The server may have granted it at any time since the place was enqueued.
        server.confirmation().take(reply, owner, enqueuedAt, this);
    }

    @Override
    public void timedOut() {
        borrowed = null;
        if (state == State.LEAVING) {
            become(State.ENDED);
        } else if (awaiting == null) {
            // Sent unasked, for the rest of its life.
            lifeOver();
        } else {
            timedOutForCaller();
        }
    }

    @Override
    public void refused(Status status, DflockdException why) {
        lost(why);
    }

    @Override
    public void lost(DflockdException cause) {
        borrowed = null;
        left(cause);
    }

    @Override
    public void closed(Connection connection, @Nullable DflockdException cause) {
        lost(cause != null ? cause : ClientLoop.closedException());
    }

    // --- CONFIRMING and GRANTED

    @Override
    public void owned(Holding granted) {
        holding = granted;
        events.acquired();
        become(State.GRANTED);
        loop.timers().stop(deadline);
        joined.complete(this);
        handOut();
    }

    @Override
    public void gone(@Nullable DflockdException notConfirmed) {
        DflockdException cause = notConfirmed != null ? notConfirmed : lostBy(LossReason.LEASE_EXPIRED);
        end(cause);
        left(cause);
    }

    @Override
    public boolean wanted() {
        return !state.isOver();
    }

    /** Hands the grant to the caller that awaits it, if there is one. */
    private void handOut() {
        Holding granted = holding;
        Caller<?> caller = awaiting;
        if (granted == null || caller == null) {
            return;
        }
        awaiting = null;
        if (granted.state() instanceof HoldingState.Lost lost) {
            DflockdException cause = lostBy(lost.reason());
            end(cause);
            caller.failed(cause);
            return;
        }
        become(State.HANDED_OUT);
        holding = null;
        over();
        caller.granted(granted);
    }

    private DflockdException lostBy(LossReason reason) {
        return new LockLostException(spec.target().key(), reason);
    }

    // --- the end

    private void lifeOver() {
        end(new DflockdException(what() + " ended because it was not handed out within its maximum life of "
                + register.settings().queuedPlaceMaxLife + " (queuedPlaceMaxLife)"));
    }

    /** Leaves without a failure to report. */
    void closeByCaller() {
        end(new ClientClosedException(what() + " was closed by its owner"), awaiting != null);
    }

    /** Ends the place, unless it is over. A caller that awaits it gets the cause. */
    void end(DflockdException cause) {
        end(cause, awaiting != null || !joined.isDone());
    }

    /** The server does not have the place any more, or cannot be asked. */
    private void left(DflockdException cause) {
        if (state == State.LEAVING) {
            become(State.ENDED);
        } else {
            end(cause);
        }
    }

    private void end(DflockdException cause, boolean failed) {
        if (state.isOver()) {
            return;
        }
        Caller<?> caller = awaiting;
        awaiting = null;
        endedBy = cause;
        Holding granted = holding;
        holding = null;
        BorrowedConnection on = borrowed;
        boolean queued = state == State.QUEUED;
        become(on == null && state != State.CONFIRMING ? State.ENDED : State.LEAVING);
        over();
        if (granted != null) {
            HoldingEnd.releaseUnused(granted);
        } else if (blocked != null) {
            blocked.withdraw();
        } else if (queued && on != null) {
            leaveQueue(on);
        }
        if (failed) {
            events.failed(cause);
        }
        if (caller != null) {
            caller.failed(cause);
        }
        joined.completeExceptionally(cause);
    }

    private void leaveQueue(BorrowedConnection on) {
        if (on.connection().isOpen()) {
            sendWait(on, 0);
        }
    }

    private void over() {
        loop.timers().stop(deadline);
        loop.timers().stop(grace);
        loop.timers().stop(life);
        register.over(this);
    }
}
