package io.dflockd.embedded;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Compares acquire+release pairs per second of the embedded server with those of bare line-echo servers on the same
 * Netty, under the same load from one thread, in turns. Both echo the third line of each request, so that as many lines
 * come back; one is the usual pipeline with a LineBasedFrameDecoder, the other only looks for line ends and copies
 * bytes. Not a test: run its main method.
 *
 * <p>Arguments: seconds per measurement (3), rounds (3).
 */
public final class SpeedComparison {

    private record Load(int connections, int inFlight) {}

    private static final List<Load> LOADS =
            List.of(new Load(10, 1), new Load(50, 1), new Load(200, 1), new Load(1, 512));

    private SpeedComparison() {}

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        try (EmbeddedDflockdServer server =
                        EmbeddedDflockdServer.builder().maxLocks(10_000).start();
                LineEcho decoding = new LineEcho(true);
                LineEcho copying = new LineEcho(false)) {
            for (Load load : LOADS) {
                long[] ours = new long[rounds];
                long[] decoded = new long[rounds];
                long[] copied = new long[rounds];
                // The first round warms up.
                for (int round = -1; round < rounds; round++) {
                    int slot = Math.max(0, round);
                    decoded[slot] = PairLoad.run(decoding.port(), load.connections, load.inFlight, seconds, false);
                    ours[slot] = PairLoad.run(server.port(), load.connections, load.inFlight, seconds, true);
                    copied[slot] = PairLoad.run(copying.port(), load.connections, load.inFlight, seconds, false);
                }
                long our = median(ours);
                System.out.printf(
                        Locale.ROOT,
                        "%3d connections x %3d in flight: embedded %7d pairs/s; echo by decoder %7d, ratio %.2f;"
                                + " echo by copying %7d, ratio %.2f%n",
                        load.connections,
                        load.inFlight,
                        our,
                        median(decoded),
                        (double) our / median(decoded),
                        median(copied),
                        (double) our / median(copied));
            }
        }
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Echoes every third line. */
    private static final class LineEcho implements AutoCloseable {

        private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        private final Channel listener;

        LineEcho(boolean decoding) {
            listener = new ServerBootstrap()
                    .group(group)
                    .channel(NioServerSocketChannel.class)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            if (decoding) {
                                channel.pipeline().addLast(new LineBasedFrameDecoder(1024, false, true));
                            }
                            channel.pipeline().addLast(decoding ? new FrameEcho() : new CopyEcho());
                        }
                    })
                    .bind("127.0.0.1", 0)
                    .syncUninterruptibly()
                    .channel();
        }

        int port() {
            return ((InetSocketAddress) listener.localAddress()).getPort();
        }

        @Override
        public void close() {
            group.shutdownGracefully();
        }

        private static class FlushingHandler extends ChannelInboundHandlerAdapter {
            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                context.flush();
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                context.close();
            }
        }

        private static final class FrameEcho extends FlushingHandler {

            private int lines;

            @Override
            public void channelRead(ChannelHandlerContext context, Object frame) {
                if (++lines % 3 == 0) {
                    context.write(frame);
                } else {
                    ReferenceCountUtil.release(frame);
                }
            }
        }

        private static final class CopyEcho extends FlushingHandler {

            private int lines;
            private ByteBuf partial;

            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ByteBuf in = (ByteBuf) message;
                if (partial != null) {
                    partial.writeBytes(in);
                    in.release();
                    in = partial;
                    partial = null;
                }
                ByteBuf out = context.alloc().directBuffer(in.readableBytes());
                for (int end = in.bytesBefore((byte) '\n'); end >= 0; end = in.bytesBefore((byte) '\n')) {
                    if (++lines % 3 == 0) {
                        out.writeBytes(in, end + 1);
                    } else {
                        in.skipBytes(end + 1);
                    }
                }
                if (in.isReadable()) {
                    partial = in;
                } else {
                    in.release();
                }
                context.write(out);
            }
        }
    }
}
