package io.dflockd.embedded.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of a connection. Collects answers and pushes until {@link #flush}. Only one write is in flight at a
 * time, so a client that does not read is noticed.
 */
final class ResponseWriter {

    private static final int PUSH_SLOTS = 64;
    private static final int FULL_SIZE = 64 * 1024;
    private static final long FINISH_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The connection. */
    interface Owner {
        /** The connection is broken, or its client has not read an answer within the write timeout. */
        void writeFailed();

        /** A write that had to wait is done; {@code answered} if it contained an answer. */
        void writeDone(boolean answered);
    }

    private final Channel channel;
    private final long writeTimeoutNanos;
    private final Owner owner;
    private final Deque<String> pushes = new ArrayDeque<>(4);
    private @Nullable ByteBuf buffer;
    private boolean bufferHasAnswer;
    private @Nullable ChannelFuture inFlight;
    private boolean inFlightHasAnswer;
    private @Nullable Future<?> timer;
    private boolean pushesBroken;
    private boolean held;
    private boolean finished;

    ResponseWriter(Channel channel, long writeTimeoutNanos, Owner owner) {
        this.channel = channel;
        this.writeTimeoutNanos = writeTimeoutNanos;
        this.owner = owner;
    }

    /** Adds the answer of a request, its line end included. */
    void answer(String text) {
        append(text);
        bufferHasAnswer = true;
        if (inFlight != null) {
            startTimer();
        }
    }

    /** Whether so much is collected that it should be written before the next request. */
    boolean isFull() {
        return buffer != null && buffer.readableBytes() >= FULL_SIZE;
    }

    /** Adds a pushed line; false if the client is not reading and all slots are taken. */
    boolean push(String line) {
        if (pushesBroken) {
            return true;
        }
        if (pushes.size() == PUSH_SLOTS) {
            flush();
        }
        return pushes.size() < PUSH_SLOTS && pushes.add(line);
    }

    /** Whether an answer waits for the client to read. */
    boolean answerStuck() {
        return inFlight != null && (inFlightHasAnswer || bufferHasAnswer);
    }

    /** Holds everything back until called with false. */
    void hold(boolean hold) {
        held = hold;
        if (!hold) {
            if (finished) {
                finishNow();
            } else {
                flush();
            }
        }
    }

    void flush() {
        if (inFlight != null || held || finished) {
            return;
        }
        takePushes();
        ByteBuf out = buffer;
        if (out == null) {
            return;
        }
        buffer = null;
        inFlightHasAnswer = bufferHasAnswer;
        bufferHasAnswer = false;
        ChannelFuture write = channel.writeAndFlush(out);
        if (!write.isDone()) {
            inFlight = write;
            startTimer();
            write.addListener(f -> done(f.isSuccess()));
        } else if (!write.isSuccess()) {
            owner.writeFailed();
        }
    }

    /** Writes the rest and closes, but not while everything is held back. */
    void finish() {
        if (!finished) {
            finished = true;
            if (!held) {
                finishNow();
            }
        }
    }

    /** Drops the rest and resets the connection. */
    void reset() {
        finished = true;
        discard();
        if (channel instanceof SocketChannel socket && socket.isOpen()) {
            socket.config().setSoLinger(0);
        }
        closeNow();
    }

    private void finishNow() {
        takePushes();
        ByteBuf out = buffer;
        buffer = null;
        stopTimer();
        if (out == null && inFlight == null) {
            channel.close();
            return;
        }
        ChannelFuture last = out == null ? inFlight : channel.writeAndFlush(out);
        if (last == null || last.isDone()) {
            channel.close();
            return;
        }
        long patience = writeTimeoutNanos > 0 ? writeTimeoutNanos : FINISH_NANOS;
        timer = channel.eventLoop().schedule(this::closeNow, patience, TimeUnit.NANOSECONDS);
        last.addListener(ChannelFutureListener.CLOSE);
        channel.closeFuture().addListener(f -> stopTimer());
    }

    /** Closes the socket without the closing handshake of TLS. */
    private void closeNow() {
        channel.unsafe().close(channel.voidPromise());
    }

    private void takePushes() {
        for (String line = pushes.poll(); line != null; line = pushes.poll()) {
            append(line);
        }
    }

    private void append(String text) {
        if (finished) {
            return;
        }
        ByteBuf out = buffer;
        if (out == null) {
            out = channel.alloc().directBuffer(Math.max(256, text.length()));
            buffer = out;
        }
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }

    private void done(boolean success) {
        inFlight = null;
        if (finished) {
            return;
        }
        stopTimer();
        if (success) {
            boolean answered = inFlightHasAnswer;
            flush();
            owner.writeDone(answered);
        } else {
            owner.writeFailed();
        }
    }

    private void startTimer() {
        if (timer == null && writeTimeoutNanos > 0) {
            timer = channel.eventLoop().schedule(this::timedOut, writeTimeoutNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void timedOut() {
        timer = null;
        if (answerStuck()) {
            owner.writeFailed();
        } else {
            // As in the real server: its push writer gives up, and later pushes are counted and thrown away.
            pushesBroken = true;
            pushes.clear();
        }
    }

    private void discard() {
        stopTimer();
        pushes.clear();
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }
}
