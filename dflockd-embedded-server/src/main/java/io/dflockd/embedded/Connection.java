package io.dflockd.embedded;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: reads requests one at a time, in order, and closes on silence, on lines without an end and on
 * clients that do not read.
 *
 * <p>While a request blocks, the socket is not read at all: a client that vanishes meanwhile keeps its place in the
 * queue, as with the real server, and what it sent behind the request waits.
 *
 * <p>Confined to the event loop.
 */
final class Connection implements Outbound.Owner, Signals.Listener {

    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    private static final long AUTH_FAILURE_PAUSE_MILLIS = 100;

    final long id;
    final Session session;
    private final ServerCore core;
    private final Channel channel;
    private final Outbound out;
    private final Inbound inbound;
    private final BlockedRequest blocked;
    private final ReadTimeout readTimeout;
    private boolean inputEnded;
    private boolean closed;
    /** A request is being worked on: nothing further is read, and no read timeout runs. */
    private boolean busy;

    /** Requests are being read from the buffer: the clock is read once, after all of them. */
    private boolean processing;

    /** A timer is set, after which reading goes on. */
    private boolean yielding;

    private boolean poisoned;
    private boolean authenticated;
    private int stalls;
    private @Nullable InjectedFault answerFault;
    private @Nullable Request faultyRequest;
    private boolean queuedForTurn;
    private long requests;

    Connection(ServerCore core, long id, Channel channel) {
        Settings settings = core.settings();
        this.core = core;
        this.id = id;
        this.channel = channel;
        this.session = new Session(id);
        this.out = new Outbound(channel, settings.writeTimeoutNanos(), this);
        this.inbound = new Inbound(new LineReader(settings.generation().dropsEveryCarriageReturn(), core.scratch()));
        this.authenticated = settings.authToken() == null;
        this.blocked = new BlockedRequest(channel.eventLoop(), core.table());
        this.readTimeout = new ReadTimeout(
                channel.eventLoop(), settings.readTimeoutNanos(), this::exemptFromReadTimeout, this::silentTooLong);
    }

    void received(ByteBuf bytes) {
        if (closed) {
            bytes.release();
        } else {
            inbound.add(bytes);
            process();
        }
    }

    void inputEnded() {
        inputEnded = true;
        process();
    }

    void broken(Throwable cause) {
        log.debug("connection {}: {}", id, cause.toString());
        close();
    }

    /** Goes on after a pause, and sends what has been collected. */
    void turn() {
        queuedForTurn = false;
        process();
        out.flush();
    }

    private void process() {
        processing = true;
        try {
            while (mayRead() && !out.turnIsFull()) {
                Request request = inbound.next(id);
                if (request == null) {
                    break;
                }
                handle(request);
            }
        } catch (LineTooLong e) {
            fail();
        } catch (RuntimeException e) {
            log.error("connection {} is closed after a mistake in the server", id, e);
            close();
        }
        processing = false;
        if (inbound.takeLineRead()) {
            readTimeout.restart();
        }
        if (inbound.isEmpty()) {
            out.beginTurn();
            endIfInputEnded();
        } else if (mayRead()) {
            letOthersTakeTurns();
        }
        adjustReading();
    }

    private boolean mayRead() {
        return !closed && !busy && stalls == 0 && !out.answerStuck();
    }

    private void endIfInputEnded() {
        if (!inputEnded || closed || busy || stalls > 0) {
            return;
        }
        if (authenticated) {
            close();
        } else {
            failAuthentication();
        }
    }

    /** This client has been answered a lot in one go and still wants more: first the others, then it goes on. */
    private void letOthersTakeTurns() {
        if (!yielding) {
            yielding = true;
            // A timer, because a task of the event loop would run before any socket is looked at.
            channel.eventLoop()
                    .schedule(
                            () -> {
                                yielding = false;
                                out.beginTurn();
                                core.takeTurn(this);
                                core.endTurn();
                            },
                            1,
                            TimeUnit.NANOSECONDS);
        }
    }

    private void adjustReading() {
        boolean read = mayRead() && inbound.isEmpty();
        if (channel.config().isAutoRead() != read) {
            channel.config().setAutoRead(read);
        }
    }

    private void handle(Request request) {
        busy = true;
        requests++;
        core.requestLog().add(request);
        if (!authenticated) {
            authenticate(request);
            return;
        }
        InjectedFault fault = core.faults().matchRequest(request);
        if (fault == null) {
            execute(request);
        } else {
            core.faultPlayer().before(this, request, fault);
        }
    }

    /** Carries a request out; a fault, if given, gets hold of its answer. */
    void execute(Request request, InjectedFault fault) {
        answerFault = fault;
        faultyRequest = request;
        execute(request);
    }

    void execute(Request request) {
        if (!closed) {
            core.commands().execute(this, request);
        }
    }

    private void authenticate(Request request) {
        if (request.command().equals("auth") && core.tokenMatches(request.argument())) {
            authenticated = true;
            send("ok\n");
        } else {
            failAuthentication();
        }
    }

    private void failAuthentication() {
        busy = true;
        out.answer("error_auth\n");
        core.takeTurn(this);
        channel.eventLoop()
                .schedule(
                        () -> {
                            close();
                            core.endTurn();
                        },
                        AUTH_FAILURE_PAUSE_MILLIS,
                        TimeUnit.MILLISECONDS);
        adjustReading();
    }

    /** The connection cannot go on: tells the client and closes. */
    private void fail() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null && !tls.handshakeFuture().isSuccess()) {
            // Nothing can be said yet.
            reset();
        } else if (authenticated) {
            out.answer("error\n");
            close();
        } else {
            failAuthentication();
        }
    }

    /** Answers the current request. */
    void answer(String line) {
        InjectedFault fault = answerFault;
        Request request = faultyRequest;
        if (fault == null || request == null) {
            send(line);
        } else {
            answerFault = null;
            faultyRequest = null;
            core.faultPlayer().answer(this, fault, request, line);
        }
    }

    /** Sends the answer of the current request as it is, and goes on with the next. */
    void send(String bytes) {
        if (!closed) {
            out.answer(bytes);
            finishRequest();
        }
    }

    /** Sends bytes that are not the end of an answer. */
    void sendPart(String bytes) {
        if (!closed) {
            out.answer(bytes);
            core.takeTurn(this);
        }
    }

    /** Ends the current request, answered or not. */
    void finishRequest() {
        busy = false;
        if (!processing) {
            readTimeout.restart();
        }
        core.takeTurn(this);
    }

    /** Blocks the current request until the waiter is granted or the time is up. */
    void block(Waiter waiter, long timeoutNanos) {
        if (poisoned || core.draining()) {
            core.table().abandon(waiter);
            endCancelled();
        } else if (timeoutNanos <= 0) {
            core.table().abandon(waiter);
            answer("timeout\n");
        } else {
            blocked.begin(
                    waiter,
                    timeoutNanos,
                    (granted, holder) -> answer(core.commands().granted(holder)),
                    () -> {
                        answer("timeout\n");
                        core.endTurn();
                    });
        }
    }

    /** Takes the blocked request out of its queue; {@link #endCancelled} must follow. */
    void leaveQueue() {
        blocked.abandon();
    }

    /** Ends a request that blocked, because the server goes down or the connection is poisoned. */
    void endCancelled() {
        if (core.settings().generation().answersBlockedOnShutdown()) {
            answer("error\n");
        } else {
            close();
        }
    }

    @Override
    public boolean offer(String subject, String line) {
        if (closed) {
            return false;
        }
        if (core.faults().matchPush(id, subject) != null) {
            return true;
        }
        boolean taken = out.push(line);
        core.takeTurn(this);
        return taken;
    }

    @Override
    public void overrun() {
        if (core.settings().slowConsumerPolicy() == SlowConsumerPolicy.CLOSE) {
            reset();
        } else {
            poisoned = true;
            if (blocked.isPresent()) {
                leaveQueue();
                endCancelled();
            }
        }
    }

    @Override
    public void writeFailed() {
        reset();
        core.endTurn();
    }

    @Override
    public void writeDone(boolean answered) {
        if (answered) {
            readTimeout.restart();
        }
        core.takeTurn(this);
        core.endTurn();
    }

    /** Stops reading and sending; the lease and read timeouts go on. Calls nest. */
    void stall() {
        stalls++;
        out.hold(true);
        adjustReading();
    }

    void unstall() {
        if (--stalls == 0) {
            out.hold(false);
            core.takeTurn(this);
        }
    }

    private boolean exemptFromReadTimeout() {
        return blocked.isPresent() || (busy && stalls == 0) || out.answerStuck();
    }

    private void silentTooLong() {
        fail();
        core.endTurn();
    }

    /** Frees what the connection owns, sends what is left to say, then closes. */
    void close() {
        if (tearDown()) {
            out.finish();
        }
    }

    /** Frees what the connection owns and resets it. */
    void reset() {
        tearDown();
        out.reset();
    }

    private boolean tearDown() {
        if (closed) {
            return false;
        }
        closed = true;
        readTimeout.stop();
        if (core.stopping()) {
            blocked.end();
        } else {
            blocked.abandon();
            core.signals().drop(this);
            core.table().disconnect(session);
        }
        core.remove(this);
        inbound.discard();
        return true;
    }

    boolean enterTurn() {
        boolean entered = !queuedForTurn;
        queuedForTurn = true;
        return entered;
    }

    Outbound outbound() {
        return out;
    }

    Channel channel() {
        return channel;
    }

    boolean isAuthenticated() {
        return authenticated;
    }

    boolean isBlocked() {
        return blocked.isPresent();
    }

    long requestCount() {
        return requests;
    }

    SocketAddress remoteAddress() {
        return channel.remoteAddress();
    }
}
