package io.dflockd.client.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/** A channel without a socket: keeps what is written to it, and reads what the test gives it. */
final class TestChannel extends AbstractChannel {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);

    private final ChannelConfig config = new DefaultChannelConfig(this).setAllocator(memory);

    private final StringBuilder written = new StringBuilder();

    private int writes;

    private boolean open = true;

    TestChannel() {
        super(null);
    }

    /** What has been written since the last call. */
    String takeWritten() {
        String text = written.toString();
        written.setLength(0);
        return text;
    }

    /** How often something has been written to the imagined socket. */
    int writes() {
        return writes;
    }

    /** The bytes of its buffers that nobody has released. */
    long memory() {
        return memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
    }

    /** One segment arrives. */
    void read(byte[] segment) {
        pipeline().fireChannelRead(memory.buffer().writeBytes(segment));
        pipeline().fireChannelReadComplete();
    }

    void read(String segment) {
        read(segment.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        writes++;
        while (in.current() instanceof ByteBuf buffer) {
            written.append(buffer.toString(StandardCharsets.UTF_8));
            in.remove();
        }
    }

    @Override
    protected void doClose() {
        open = false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                promise.setFailure(new UnsupportedOperationException());
            }
        };
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return null;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return null;
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doBeginRead() {}
}
