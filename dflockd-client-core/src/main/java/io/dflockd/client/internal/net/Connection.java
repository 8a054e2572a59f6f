package io.dflockd.client.internal.net;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Status;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ready connection to a server. Requests go out in order, many in one write; answers are matched in order.
 *
 * <p>Confined to the event loop, except the methods that say so.
 *
 * <p>A plain {@code error} may be an answer, or what the server says before it closes the connection. So it is held back
 * until the next line or the end of the connection shows which; if no other answer is outstanding, a keep-alive asks for one.
 */
public final class Connection {

    private static final Logger logger = LoggerFactory.getLogger(Connection.class);

    private final ServerAddress server;
    private final Channel channel;
    private final ClientLoop loop;
    private final LineReader lines;
    private final ArrayDeque<Exchange> outstanding = new ArrayDeque<>();
    private final Liveness liveness;
    private final Liveness.Clock clock;
    private final Timer livenessTimer = new Timer(this::checkLiveness);
    private final Runnable flush = this::flush;
    private final long openedAt;
    private ConnectionOwner owner;
    private @Nullable ByteBuf outbox;
    private boolean flushScheduled;
    private boolean reading;
    private boolean keepAlive;
    private boolean livenessScheduled;
    private boolean answeredSomething;
    private boolean draining;
    private @Nullable Reply heldBack;
    private volatile boolean open = true;
    private @Nullable DflockdException closeCause;

    Connection(
            ServerAddress server,
            Channel channel,
            ClientLoop loop,
            Liveness liveness,
            LineReader lines,
            ConnectionOwner owner) {
        this.server = server;
        this.channel = channel;
        this.loop = loop;
        this.lines = lines;
        this.owner = owner;
        this.liveness = liveness;
        this.openedAt = loop.now();
        this.clock = new Liveness.Clock(liveness, openedAt);
        lines.connection(this);
    }

    public ServerAddress server() {
        return server;
    }

    long openedAt() {
        return openedAt;
    }

    /** Whether it has not ended. Any thread. */
    public boolean isOpen() {
        return open;
    }

    /** Until when the server certainly keeps this connection if it hears nothing more. Any thread. */
    public long silenceDeadline() {
        return clock.silenceDeadline();
    }

    /** How long the server keeps this connection after the last request that it answered. */
    public long silenceNanos() {
        return liveness.silenceNanos();
    }

    /** Whether no answer is outstanding, so that it may be used for something else. */
    public boolean isClean() {
        return open && outstanding.isEmpty();
    }

    /** Whether the server was asked to wait and has not answered yet. */
    public boolean isBlocked() {
        Exchange head = outstanding.peek();
        return head != null && head.blocks();
    }

    /** Whether a connection that is kept alive has been without an answer for so long that it may be dead. Any thread. */
    public boolean isSuspicious() {
        return clock.isSuspicious(loop.now());
    }

    /** Whether the server has ever answered on it. */
    public boolean hasAnswered() {
        return answeredSomething;
    }

    /** Whether it ended because its server shuts down. */
    boolean isDraining() {
        return draining;
    }

    public void owner(ConnectionOwner newOwner) {
        this.owner = newOwner;
    }

    /** Whether a keep-alive is sent when nothing has been sent for the keep-alive interval. */
    public void keepAlive(boolean on) {
        this.keepAlive = on;
        scheduleLiveness();
    }

    /** Accepts longer lines. */
    public void maxLineBytes(int bytes) {
        lines.maxBytes(bytes);
    }

    /** Sends a request that the server answers at once. */
    public void send(byte[] request, Exchange exchange) {
        send(request, exchange, 0);
    }

    /** Sends a request after which the server may wait for so long before it answers. */
    public void send(byte[] request, Exchange exchange, long waitNanos) {
        long now = loop.now();
        exchange.sent(now, waitNanos);
        if (!open) {
            exchange.failed(closeCause != null ? closeCause : closedByUs());
            return;
        }
        clock.sent(now);
        ByteBuf buffer = outbox;
        if (buffer == null) {
            buffer = channel.alloc().buffer(Math.max(256, request.length));
            outbox = buffer;
        }
        buffer.writeBytes(request);
        outstanding.add(exchange);
        if (!flushScheduled && !reading) {
            flushScheduled = true;
            channel.eventLoop().execute(flush);
        }
        if (!livenessScheduled) {
            scheduleLiveness();
        }
    }

    /** Closes it on purpose; outstanding requests fail. */
    public void close() {
        close(null);
    }

    /** Closes it because of a failure, with which outstanding requests fail too; null if there is none. */
    public void close(@Nullable DflockdException cause) {
        if (!open) {
            return;
        }
        open = false;
        closeCause = cause;
        loop.timers().stop(livenessTimer);
        heldBack = null;
        if (outbox != null) {
            outbox.release();
            outbox = null;
        }
        channel.close();
        DflockdException failure = cause != null ? cause : closedByUs();
        Exchange exchange;
        while ((exchange = outstanding.poll()) != null) {
            fail(exchange, failure);
        }
        loop.attempt(told -> told.closed(this, cause), owner);
    }

    /** Sends what has been written, then closes it on purpose. */
    public void flushAndClose() {
        flush();
        close(null);
    }

    private void flush() {
        flushScheduled = false;
        ByteBuf buffer = outbox;
        if (buffer != null) {
            outbox = null;
            channel.writeAndFlush(buffer, channel.voidPromise());
        }
    }

    void readBegins() {
        reading = true;
    }

    void readComplete() {
        reading = false;
        if (open) {
            flush();
        }
    }

    void line(ByteBuf buffer, int from, int length) {
        if (!open) {
            return;
        }
        if (LineReader.startsWithSig(buffer, from, length)) {
            owner.pushed(this, buffer.toString(from, length, StandardCharsets.UTF_8));
            return;
        }
        deliverHeldBack();
        if (!open) {
            return;
        }
        Reply reply = new Reply(server, buffer.toString(from, length, StandardCharsets.UTF_8));
        Exchange head = outstanding.peek();
        if (head == null) {
            close(new ConnectionClosedException(
                    reply.is(Status.ERROR)
                            ? "server " + server
                                    + " ended the connection with 'error', as it does after its read timeout"
                            : "server " + server + " sent '" + reply.shown()
                                    + "' without a request; the connection was closed"));
        } else if (reply.is(Status.ERROR) && !head.toleratesError()) {
            holdBack(reply);
        } else {
            deliver(reply);
        }
    }

    private void holdBack(Reply reply) {
        heldBack = reply;
        clock.answered(loop.now());
        outstanding.element().waitIsOver();
        if (outstanding.size() == 1) {
            send(Requests.keepAlive(), Exchange.ignored());
        }
        scheduleLiveness();
    }

    void lineTooLong(int max) {
        answeredSomething = true;
        close(new DflockdProtocolException(
                "server " + server + " sent a line of more than " + max + " bytes; the connection was closed"));
    }

    void channelClosed(@Nullable Throwable cause) {
        if (open) {
            String why = heldBack != null
                    ? " after it said 'error' (its read timeout, a shutdown, or a request it could not read)"
                    : "";
            close(new ConnectionClosedException(
                    "server " + server + " closed the connection" + why
                            + (cause == null ? "" : ": " + cause)
                            + (answeredSomething
                                    ? ""
                                    : "; it did so before it answered anything: is the server full"
                                            + " (--max-connections), does it expect TLS, or is it not a dflockd server?"),
                    cause));
        }
    }

    private void deliverHeldBack() {
        Reply reply = heldBack;
        if (reply != null) {
            heldBack = null;
            deliver(reply);
        }
    }

    private void deliver(Reply reply) {
        Exchange exchange = outstanding.remove();
        answeredSomething = true;
        if (exchange.blocks()) {
            livenessScheduled = false;
        }
        clock.answered(exchange.sentAt(), loop.now());
        if (reply.is(Status.ERROR_DRAINING)) {
            // The server closes this connection next, with all that it owns. It ends here before the answer is
            // delivered, so that a request that is sent again uses another connection.
            draining = true;
            close(Refusals.draining(server));
        }
        try {
            exchange.answered(reply);
        } catch (DflockdException ex) {
            fail(exchange, ex);
            close(ex);
        } catch (RuntimeException | Error ex) {
            loop.log(() -> logger.error("An answer of server {} could not be handled", server, ex));
            DflockdException cause =
                    new DflockdConnectionException("an answer of server " + server + " could not be handled", ex);
            fail(exchange, cause);
            close(cause);
        }
        if (exchange.blocks() && !livenessScheduled) {
            scheduleLiveness();
        }
        if (reply.is(Status.ERROR_AUTH)) {
            // The server reads nothing more on it, and closes it in a moment.
            close(Refusals.authRequired(server));
        }
    }

    private void fail(Exchange exchange, DflockdException cause) {
        try {
            exchange.failed(cause);
        } catch (RuntimeException | Error ex) {
            loop.log(() -> logger.error("A failed request to server {} could not be handled", server, ex));
        }
    }

    private void scheduleLiveness() {
        if (!open) {
            return;
        }
        Exchange head = outstanding.peek();
        boolean keepsAlive = keepAlive && !isBlocked();
        livenessScheduled = head != null || keepsAlive;
        if (livenessScheduled) {
            loop.timers().start(livenessTimer, clock.nextCheck(head, keepsAlive));
        } else {
            loop.timers().stop(livenessTimer);
        }
    }

    private void checkLiveness() {
        livenessScheduled = false;
        long now = loop.now();
        Exchange head = outstanding.peek();
        if (head != null && clock.isDead(head, now)) {
            close(new RequestTimeoutException("server " + server + " has not answered for "
                    + TimeUnit.NANOSECONDS.toMillis(liveness.deadAfterNanos())
                    + " ms though a request is outstanding; the connection was closed"));
            return;
        }
        if (keepAlive && !isBlocked() && clock.isKeepAliveDue(now) && !owner.keepAlive(this)) {
            send(Requests.keepAlive(), Exchange.ignored());
        }
        scheduleLiveness();
    }

    private DflockdException closedByUs() {
        return new ConnectionClosedException("the connection to server " + server + " was closed by this client");
    }
}
