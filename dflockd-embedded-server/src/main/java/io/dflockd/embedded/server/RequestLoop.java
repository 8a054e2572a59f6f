package io.dflockd.embedded.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the requests of one connection, passes them on one at a time, and writes the answers. */
final class RequestLoop {

    private static final Logger log = LoggerFactory.getLogger(RequestLoop.class);

    private final ServerConnection connection;
    private final Channel channel;
    private final RequestDecoder decoder;
    private final ResponseWriter writer;
    private final ReadTimeout readTimeout;
    private boolean inputEnded;
    /** {@link #proceed} runs or is scheduled. */
    private boolean proceeding;

    RequestLoop(
            ServerConnection connection,
            Channel channel,
            RequestDecoder decoder,
            ResponseWriter writer,
            ReadTimeout readTimeout) {
        this.connection = connection;
        this.channel = channel;
        this.decoder = decoder;
        this.writer = writer;
        this.readTimeout = readTimeout;
    }

    void received(ByteBuf bytes) {
        if (!connection.isOpen()) {
            bytes.release();
            return;
        }
        decoder.add(bytes);
        if (connection.watch().isActive()) {
            checkPeer();
        } else {
            proceed();
        }
    }

    void inputEnded() {
        inputEnded = true;
        if (connection.watch().isActive()) {
            checkPeer();
        } else {
            proceed();
        }
    }

    /** A request blocks and its client is watched. */
    void checkPeer() {
        if (inputEnded) {
            connection.close();
        } else if (decoder.size() > PeerWatch.MAX_WAITING_BYTES + 1) {
            // As from the real server, which leaves the bytes beyond that unread.
            connection.reset();
        } else if (decoder.size() > PeerWatch.MAX_WAITING_BYTES) {
            connection.close();
        } else {
            adjustReading();
        }
    }

    /** Handles the requests that have been read as far as possible, and writes the answers. */
    private void proceed() {
        proceeding = true;
        try {
            while (mayRead() && !writer.isFull()) {
                Request request = decoder.next();
                if (request == null) {
                    break;
                }
                connection.handle(request);
            }
        } catch (LineTooLong e) {
            connection.fail();
        } catch (RuntimeException e) {
            log.error("connection {} is closed because of an error in the server", connection.id(), e);
            connection.close();
        }
        proceeding = false;
        if (decoder.takeLineRead()) {
            readTimeout.restart();
        }
        writer.flush();
        if (!decoder.isEmpty()) {
            if (mayRead()) {
                // The answers have filled a write: other connections go first.
                proceedLater();
            }
        } else if (inputEnded && !connection.isBusy()) {
            connection.endOfInput();
        }
        adjustReading();
    }

    /**
     * Calls {@link #proceed} after the current task of the event loop. This also writes answers that are caused by other
     * connections, such as a grant after a release: a write that fails closes the connection, which must not happen in
     * the middle of a change of the lock table.
     */
    void proceedLater() {
        if (!proceeding) {
            proceeding = true;
            channel.eventLoop().execute(this::proceed);
        }
    }

    private boolean mayRead() {
        return !connection.isBusy() && !writer.answerStuck();
    }

    /** Leaves bytes in the socket while no request can be read. */
    void adjustReading() {
        boolean read = connection.watch().isActive() ? !connection.isStalled() : mayRead() && decoder.isEmpty();
        if (channel.config().isAutoRead() != read) {
            channel.config().setAutoRead(read);
        }
    }

    void stop() {
        decoder.discard();
    }
}
