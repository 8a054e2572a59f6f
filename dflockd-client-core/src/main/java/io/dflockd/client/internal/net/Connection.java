package io.dflockd.client.internal.net;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.Timers;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ready connection to a server: requests go out in order, many in one write, and answers are matched in order.
 *
 * <p>Confined to the event loop, but for {@link #silenceDeadline()} and {@link #isOpen()}, which any thread may ask. There
 * are no locks.
 *
 * <p>An {@code error} line may be an answer, or the server's parting word before it closes. It is therefore held back for
 * a moment: what follows decides.
 */
public final class Connection {

    private static final Logger logger = LoggerFactory.getLogger(Connection.class);

    private static final long NEVER = Long.MIN_VALUE;

    private static final long PARTING_WORD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final ServerAddress server;

    private final Channel channel;

    private final Timers timers;

    private final Liveness liveness;

    private final LineReader lines;

    private final ArrayDeque<Exchange> outstanding = new ArrayDeque<>();

    private final Timers.Timer livenessTimer = new Timers.Timer() {
        @Override
        protected void expired() {
            checkLiveness();
        }
    };

    private final Timers.Timer partingWordTimer = new Timers.Timer() {
        @Override
        protected void expired() {
            deliverHeldBack();
        }
    };

    private final Runnable flush = this::flush;

    private ConnectionOwner owner;

    private @Nullable ByteBuf outbox;

    private boolean flushScheduled;

    private boolean reading;

    private boolean keepAlive;

    private boolean livenessScheduled;

    private boolean answeredSomething;

    private @Nullable Reply heldBack;

    private long lastSentAt;

    private long lastReadAt;

    private volatile long answeredSentAt;

    private volatile boolean open = true;

    private @Nullable DflockdException closeCause;

    Connection(
            ServerAddress server,
            Channel channel,
            Timers timers,
            Liveness liveness,
            LineReader lines,
            ConnectionOwner o) {
        this.server = server;
        this.channel = channel;
        this.timers = timers;
        this.liveness = liveness;
        this.lines = lines;
        this.owner = o;
        long now = timers.now();
        this.lastSentAt = now;
        this.lastReadAt = now;
        this.answeredSentAt = now;
    }

    /** Where it leads. */
    public ServerAddress server() {
        return server;
    }

    /** Whether it has not ended. Any thread. */
    public boolean isOpen() {
        return open;
    }

    /** Until when the server surely keeps this connection if nothing more is heard from it. Any thread. */
    public long silenceDeadline() {
        return answeredSentAt + liveness.silenceNanos();
    }

    /** How long the server keeps this connection after the last thing it heard. */
    public long silenceNanos() {
        return liveness.silenceNanos();
    }

    /** Whether nothing is outstanding, so that it may serve somebody else. */
    public boolean isClean() {
        return open && outstanding.isEmpty() && heldBack == null;
    }

    /** Whether the server has ever answered on it. */
    public boolean hasAnswered() {
        return answeredSomething;
    }

    /** Hands it to somebody else. */
    public void owner(ConnectionOwner newOwner) {
        this.owner = newOwner;
    }

    /** Whether it says something when it has been silent for the keep-alive interval. */
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

    /**
     * Sends a request.
     *
     * @param waitNanos how long the server may sit on it by design, for requests that wait
     */
    public void send(byte[] request, Exchange exchange, long waitNanos) {
        long now = timers.now();
        exchange.sent(now, waitNanos);
        if (!open) {
            exchange.failed(closeCause != null ? closeCause : closedByUs());
            return;
        }
        lastSentAt = now;
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

    /** Ends it on purpose; what is outstanding fails. */
    public void close() {
        close(null);
    }

    /** Ends it because of trouble; what is outstanding fails with the cause. */
    public void close(@Nullable DflockdException cause) {
        if (!open) {
            return;
        }
        open = false;
        closeCause = cause;
        timers.stop(livenessTimer);
        timers.stop(partingWordTimer);
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
        owner.closed(this, cause);
    }

    /** Sends what has been written, then ends it on purpose. */
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
        lastReadAt = timers.now();
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
        if (reply.line().equals("error")) {
            heldBack = reply;
            timers.start(partingWordTimer, timers.now() + PARTING_WORD_NANOS);
            return;
        }
        deliver(reply);
    }

    void lineTooLong(int max) {
        answeredSomething = true;
        close(new DflockdProtocolException(
                "server " + server + " sent a line of more than " + max + " bytes; the connection was closed"));
    }

    void channelClosed(@Nullable Throwable cause) {
        if (open) {
            String why = heldBack != null
                    ? " after a parting 'error' (its read timeout, or a request it could not read)"
                    : "";
            close(new ConnectionClosedException(
                    "server " + server + " closed the connection" + why
                            + (cause == null ? "" : ": " + cause)
                            + (answeredSomething
                                    ? ""
                                    : "; it did so before it answered anything: is the server full"
                                            + " (--max-connections), does it expect TLS, or is it no dflockd server?"),
                    cause));
        }
    }

    private void deliverHeldBack() {
        Reply reply = heldBack;
        if (reply != null) {
            heldBack = null;
            timers.stop(partingWordTimer);
            deliver(reply);
        }
    }

    private void deliver(Reply reply) {
        Exchange exchange = outstanding.poll();
        if (exchange == null) {
            close(new ConnectionClosedException("server " + server + " sent '" + reply.shown()
                    + "' without having been asked; the connection was closed"));
            return;
        }
        answeredSomething = true;
        if (exchange.allowedSilence() > 0) {
            livenessScheduled = false;
        }
        answeredSentAt = exchange.sentAt();
        try {
            exchange.answered(reply);
        } catch (DflockdException ex) {
            fail(exchange, ex);
            close(ex);
        } catch (RuntimeException | Error ex) {
            logger.error("An answer of server {} could not be handled", server, ex);
            DflockdException cause =
                    new DflockdConnectionException("an answer of server " + server + " could not be handled", ex);
            fail(exchange, cause);
            close(cause);
        }
        if (reply.is("error_auth")) {
            // The server reads nothing more on it, and closes it in a moment.
            close(new DflockdAuthenticationException(
                    "server " + server + " closed a connection without a valid token"));
        }
    }

    private static void fail(Exchange exchange, DflockdException cause) {
        try {
            exchange.failed(cause);
        } catch (RuntimeException | Error ex) {
            logger.error("A failed request could not be handled", ex);
        }
    }

    private void scheduleLiveness() {
        if (!open) {
            return;
        }
        Exchange head = outstanding.peek();
        long due = NEVER;
        if (head != null) {
            due = deadAt(head);
        }
        if (keepAlive && !isBlocked(head)) {
            long keepAliveAt = lastSentAt + liveness.keepAliveNanos();
            due = due == NEVER || keepAliveAt - due < 0 ? keepAliveAt : due;
        }
        livenessScheduled = due != NEVER;
        if (livenessScheduled) {
            timers.start(livenessTimer, due);
        } else {
            timers.stop(livenessTimer);
        }
    }

    private static boolean isBlocked(@Nullable Exchange head) {
        return head != null && head.allowedSilence() > 0;
    }

    private long deadAt(Exchange head) {
        long quietSince = Math.max(lastReadAt, head.sentAt() + head.allowedSilence());
        return quietSince + liveness.deadAfterNanos();
    }

    private void checkLiveness() {
        livenessScheduled = false;
        long now = timers.now();
        Exchange head = outstanding.peek();
        if (head != null && now - deadAt(head) >= 0) {
            close(new RequestTimeoutException("server " + server + " has been silent for "
                    + TimeUnit.NANOSECONDS.toMillis(liveness.deadAfterNanos())
                    + " ms though it was asked; the connection was given up"));
            return;
        }
        if (keepAlive && !isBlocked(head) && now - lastSentAt >= liveness.keepAliveNanos() && !owner.keepAlive(this)) {
            send(Requests.keepAlive(), new KeepAliveExchange());
        }
        scheduleLiveness();
    }

    private DflockdException closedByUs() {
        return new ConnectionClosedException("the connection to server " + server + " was closed by this client");
    }

    private static final class KeepAliveExchange extends Exchange {

        @Override
        protected void answered(Reply reply) {}

        @Override
        protected void failed(DflockdException cause) {}
    }
}
