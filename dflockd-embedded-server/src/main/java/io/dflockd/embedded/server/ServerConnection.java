package io.dflockd.embedded.server;

import io.dflockd.embedded.table.Dialect;
import io.dflockd.embedded.table.Refusal;
import io.dflockd.embedded.table.Session;
import io.dflockd.embedded.table.SignalTable;
import io.dflockd.embedded.table.Trait;
import io.dflockd.embedded.table.Waiter;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: authenticates the client, carries out its requests, and frees its locks at the end.
 *
 * <p>While a request blocks, the next ones wait in the socket. In generations that do not watch it, a client that vanishes
 * meanwhile keeps its place in the queue, as with the real server.
 */
public final class ServerConnection implements ResponseWriter.Owner {

    private enum Phase {
        UNAUTHENTICATED,
        OPEN,
        /** The authentication failed; the connection closes after a pause. */
        REJECTED,
        CLOSED
    }

    private static final long AUTH_FAILURE_PAUSE_MILLIS = 100;

    private final ServerCore core;
    private final long id;
    private final Channel channel;
    private final Session session;
    private final ResponseWriter writer;
    private final ReadTimeout readTimeout;
    private final RequestLoop loop;
    private final BlockedRequest blocked;
    private final PeerWatch watch;
    private final SignalReceiver signals;
    private final FaultPlayer faults;
    private Phase phase;
    /** Nothing else is read while a request is handled, and no read timeout runs. */
    private @Nullable Request current;

    private long requests;

    ServerConnection(ServerCore core, long id, Channel channel) {
        ServerSettings settings = core.settings();
        this.core = core;
        this.id = id;
        this.channel = channel;
        this.session = new Session(id);
        this.writer = new ResponseWriter(channel, settings.writeTimeoutNanos(), this);
        this.readTimeout = new ReadTimeout(
                channel.eventLoop(), settings.readTimeoutNanos(), this::exemptFromReadTimeout, this::fail);
        this.watch = new PeerWatch(channel.eventLoop());
        RequestDecoder decoder = new RequestDecoder(id, settings.dialect());
        this.loop = new RequestLoop(this, channel, decoder, writer, readTimeout);
        this.blocked = new BlockedRequest(channel.eventLoop(), core.table());
        this.signals = new SignalReceiver(core, this, writer);
        this.faults = new FaultPlayer(core, this, writer);
        this.phase = settings.authToken() == null ? Phase.OPEN : Phase.UNAUTHENTICATED;
    }

    void handle(Request request) {
        current = request;
        requests++;
        core.requestLog().add(request);
        if (phase == Phase.OPEN) {
            faults.handle(request);
        } else if (request.command().equals("auth") && core.settings().acceptsToken(request.argument())) {
            phase = Phase.OPEN;
            send("ok\n");
        } else {
            reject();
        }
    }

    private void reject() {
        phase = Phase.REJECTED;
        sendPart("error_auth\n");
        loop.adjustReading();
        eventLoop().schedule(this::close, AUTH_FAILURE_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Carries out the current request. */
    void execute() {
        if (phase == Phase.OPEN && current != null) {
            core.commands().execute(this, current);
        }
    }

    /** Answers the current request. */
    void answer(String line) {
        if (current != null) {
            faults.answer(current, line);
        }
    }

    /** Sends the answer of the current request as it is. */
    void send(String bytes) {
        if (isOpen()) {
            writer.answer(bytes);
            endRequest();
        }
    }

    /** Sends bytes that are not the end of an answer. */
    public void sendPart(String bytes) {
        if (isOpen()) {
            writer.answer(bytes);
            loop.proceedLater();
        }
    }

    /** Answers the current request and closes. */
    void refuse(String line) {
        send(line);
        close();
    }

    /** Ends the current request, answered or not. */
    void endRequest() {
        current = null;
        readTimeout.restart();
        loop.proceedLater();
    }

    /** Blocks the current request until the waiter is granted or the time is up. */
    void block(Waiter waiter, long timeoutNanos) {
        if (signals.poisoned() || core.draining()) {
            core.table().abandon(waiter);
            cancel();
        } else if (timeoutNanos <= 0) {
            core.table().abandon(waiter);
            answer("timeout\n");
        } else {
            blocked.begin(
                    waiter,
                    timeoutNanos,
                    holder -> unblock(core.commands().granted(holder)),
                    () -> unblock("timeout\n"));
            if (dialect().has(Trait.WATCHES_BLOCKED_CONNECTIONS)) {
                watch.blocked(loop::checkPeer);
            }
        }
    }

    private void unblock(String line) {
        watch.end();
        answer(line);
        loop.adjustReading();
    }

    /** Takes the blocked request out of its queue; {@link #cancel} must follow. */
    void leaveQueue() {
        blocked.abandon();
    }

    /** Ends a request that would block, because the server shuts down or the connection is poisoned. */
    void cancel() {
        if (dialect().has(Trait.ANSWERS_BLOCKED_ON_SHUTDOWN)) {
            unblock(Refusal.UNKNOWN.line());
        } else {
            close();
        }
    }

    /** Neither reads nor writes until the fault is removed; leases and the read timeout go on. */
    public void stallUntilRemoved(ActiveFault fault) {
        fault.hit();
        faults.stall(fault, loop::proceedLater);
        loop.adjustReading();
    }

    @Override
    public void writeFailed() {
        reset();
    }

    @Override
    public void writeDone(boolean answered) {
        if (answered) {
            readTimeout.restart();
        }
        loop.proceedLater();
    }

    private boolean exemptFromReadTimeout() {
        return blocked.isPresent()
                || (current != null && !faults.stalled())
                || phase == Phase.REJECTED
                || writer.answerStuck();
    }

    /** The client has closed its side, and all its requests have been handled. */
    void endOfInput() {
        if (phase == Phase.UNAUTHENTICATED) {
            reject();
        } else {
            close();
        }
    }

    /** Ends the connection after a line that is too long, or after silence. */
    void fail() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null && !tls.handshakeFuture().isSuccess()) {
            // Nothing can be written yet.
            reset();
        } else if (phase == Phase.UNAUTHENTICATED) {
            reject();
        } else if (phase == Phase.OPEN) {
            writer.answer("error\n");
            close();
        }
    }

    /** Frees the locks of the connection, writes the last answers, then closes. */
    public void close() {
        if (tearDown()) {
            writer.finish();
        }
    }

    /** Frees the locks of the connection and resets it. */
    public void reset() {
        tearDown();
        writer.reset();
    }

    private boolean tearDown() {
        if (!isOpen()) {
            return false;
        }
        phase = Phase.CLOSED;
        readTimeout.stop();
        watch.end();
        if (core.stopping()) {
            blocked.end();
        } else {
            blocked.abandon();
            core.signals().drop(signals);
            core.table().disconnect(session);
        }
        core.remove(this);
        loop.stop();
        return true;
    }

    public long id() {
        return id;
    }

    Session session() {
        return session;
    }

    PeerWatch watch() {
        return watch;
    }

    private Dialect dialect() {
        return core.settings().dialect();
    }

    EventLoop eventLoop() {
        return channel.eventLoop();
    }

    RequestLoop loop() {
        return loop;
    }

    /** This connection as a subscriber to signals. */
    public SignalTable.Subscriber subscriber() {
        return signals;
    }

    boolean isOpen() {
        return phase != Phase.CLOSED;
    }

    /** Whether no further request can be handled now. */
    boolean isBusy() {
        return current != null || faults.stalled() || phase == Phase.REJECTED || phase == Phase.CLOSED;
    }

    /** Whether a fault holds the connection. */
    boolean isStalled() {
        return faults.stalled();
    }

    public boolean isAuthenticated() {
        return phase == Phase.OPEN;
    }

    public boolean isBlocked() {
        return blocked.isPresent();
    }

    public long requestCount() {
        return requests;
    }

    public SocketAddress remoteAddress() {
        return channel.remoteAddress();
    }
}
