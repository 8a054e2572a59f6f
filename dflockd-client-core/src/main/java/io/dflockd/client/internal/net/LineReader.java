package io.dflockd.client.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** Cuts what arrives into lines, whatever the segments, and hands them to the connection. Bytes are never decoded apart. */
final class LineReader extends ChannelInboundHandlerAdapter {

    private int maxBytes;
    private @Nullable Connection connection;
    private @Nullable Throwable failure;
    private @Nullable ByteBuf pending;
    private int scanned;

    LineReader(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void connection(Connection owner) {
        this.connection = owner;
    }

    void maxBytes(int max) {
        this.maxBytes = max;
    }

    static boolean startsWithSig(ByteBuf buffer, int from, int length) {
        return length >= 4
                && buffer.getByte(from) == 's'
                && buffer.getByte(from + 1) == 'i'
                && buffer.getByte(from + 2) == 'g'
                && buffer.getByte(from + 3) == ' ';
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Connection target = connection;
        if (target == null || !(message instanceof ByteBuf buffer)) {
            ReferenceCountUtil.release(message);
            return;
        }
        target.readBegins();
        ByteBuf source = buffer;
        if (pending != null) {
            pending.writeBytes(buffer);
            buffer.release();
            source = pending;
        }
        try {
            lines(target, source);
        } finally {
            keepRest(ctx, source);
        }
    }

    private void lines(Connection target, ByteBuf source) {
        while (target.isOpen()) {
            int from = source.readerIndex();
            int end = source.indexOf(from + scanned, source.writerIndex(), (byte) '\n');
            if (end < 0) {
                scanned = source.readableBytes();
                if (scanned > maxBytes) {
                    target.lineTooLong(maxBytes);
                }
                return;
            }
            scanned = 0;
            int length = end - from;
            source.readerIndex(end + 1);
            if (length > maxBytes) {
                target.lineTooLong(maxBytes);
                return;
            }
            target.line(source, from, length);
        }
    }

    private void keepRest(ChannelHandlerContext ctx, ByteBuf source) {
        Connection target = connection;
        boolean done = target == null || !target.isOpen() || !source.isReadable();
        if (source != pending) {
            if (!done) {
                pending = ctx.alloc().buffer(source.readableBytes() + 256).writeBytes(source);
            }
            source.release();
        } else if (done) {
            dropPending();
        } else {
            source.discardSomeReadBytes();
        }
        if (done) {
            scanned = 0;
        }
    }

    private void dropPending() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (connection != null) {
            connection.readComplete();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        dropPending();
        if (connection != null) {
            connection.channelClosed(failure);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failure = cause;
        ctx.close();
    }
}
