package io.dflockd.embedded;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;

/** Tells a {@link Connection} what happens to its channel, and ends the turn after that. Confined to the event loop. */
final class ChannelEvents extends ChannelInboundHandlerAdapter {

    private final ServerCore core;
    private final Connection connection;

    ChannelEvents(ServerCore core, Connection connection) {
        this.core = core;
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        connection.received((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        core.endTurn();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            connection.inputEnded();
            core.endTurn();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        connection.close();
        core.endTurn();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        connection.broken(cause);
        core.endTurn();
    }
}
