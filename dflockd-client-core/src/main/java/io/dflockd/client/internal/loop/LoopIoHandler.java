package io.dflockd.client.internal.loop;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.SelectStrategy;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.IntSupplier;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.lang.invoke.VarHandle;
import java.nio.channels.spi.SelectorProvider;

/**
 * Netty's handler of sockets, with two differences between "something has come" and "the loop runs":
 *
 * <ul>
 *   <li>Before it sleeps, the loop looks again where {@link SpinPolicy} says so, and gives its processor to whoever wants it
 *       meanwhile.
 *   <li>A task wakes the loop only where it sleeps, so that a loop which is awake costs its callers no system call.
 * </ul>
 *
 * <p>All of it runs on the event loop, but for {@link #wakeup}, which any thread may call after it has handed in a task,
 * also long after. {@code asleep} is set before the loop looks for tasks a last time, and read after a task was handed in, so
 * one of the two sees the other. Who sees the loop asleep leaves it to Netty's handler to wake it once.
 */
final class LoopIoHandler implements IoHandler {

    private final ThreadAwareExecutor loop;

    private final IoHandler nio;

    private final SpinPolicy vigilance = new SpinPolicy();

    /** Written by the loop alone. */
    private volatile boolean asleep;

    private LoopIoHandler(ThreadAwareExecutor loop) {
        this.loop = loop;
        this.nio = NioIoHandler.newFactory(SelectorProvider.provider(), () -> (SelectStrategy) this::select)
                .newHandler(loop);
    }

    static IoHandlerFactory newFactory() {
        return LoopIoHandler::new;
    }

    private int select(IntSupplier selectNow, boolean hasTasks) throws Exception {
        if (hasTasks) {
            vigilance.found();
            return selectNow.get();
        }
        if (vigilance.looksAgain(System.nanoTime())) {
            Thread.yield();
            int ready = selectNow.get();
            if (ready > 0) {
                vigilance.found();
            }
            return ready;
        }
        asleep = true;
        return SelectStrategy.SELECT;
    }

    @Override
    public int run(IoHandlerContext context) {
        try {
            return nio.run(context);
        } finally {
            asleep = false;
        }
    }

    @Override
    public void wakeup() {
        if (loop.isExecutorThread(Thread.currentThread())) {
            return;
        }
        // The queue may have published the task by a store that a later load can overtake.
        VarHandle.fullFence();
        if (asleep) {
            nio.wakeup();
        }
    }

    @Override
    public void initialize() {
        nio.initialize();
    }

    @Override
    public void prepareToDestroy() {
        nio.prepareToDestroy();
    }

    @Override
    public void destroy() {
        nio.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return nio.register(handle);
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return nio.isCompatible(handleType);
    }
}
