package io.dflockd.embedded.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listening socket, and all accepted sockets that are still open. */
final class Acceptor {

    private static final Logger log = LoggerFactory.getLogger(Acceptor.class);
    private static final int BACKLOG = 4096;

    private final String host;
    private final ServerBootstrap bootstrap;
    private final Set<Channel> accepted = new HashSet<>();
    private @Nullable Channel listener;

    Acceptor(EventLoop loop, String host, Consumer<SocketChannel> onAccept) {
        this.host = host;
        this.bootstrap = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accepted.add(channel);
                        channel.closeFuture().addListener(f -> accepted.remove(channel));
                        onAccept.accept(channel);
                    }
                });
    }

    /** Begins to listen. */
    ChannelFuture listen(int port) {
        ChannelFuture bind = bootstrap.bind(host, port);
        listener = bind.channel();
        return bind;
    }

    /** Listens again unless it still does. The next task of the event loop finds the socket open. */
    void listenAgain(int port) {
        if (listener == null) {
            listen(port).addListener(f -> {
                if (!f.isSuccess()) {
                    log.error("cannot listen on port {} again", port, f.cause());
                }
            });
        }
    }

    /** Closes the listening socket. The kernel closes it with the next select. */
    void stopListening() {
        Channel open = listener;
        listener = null;
        if (open != null) {
            open.close();
        }
    }

    /** Leaves new connections in the backlog of the kernel, or accepts them again. */
    void pause(boolean paused) {
        if (listener != null) {
            listener.config().setAutoRead(!paused);
        }
    }

    void closeAccepted() {
        List.copyOf(accepted).forEach(Channel::close);
    }
}
