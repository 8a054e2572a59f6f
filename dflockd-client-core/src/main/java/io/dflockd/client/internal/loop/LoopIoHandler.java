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
 * Netty's socket handler with two changes:
 *
 * <ul>
 *   <li>Before the loop sleeps, it polls again for as long as {@link SpinPolicy} allows, and yields its processor to other
 *       threads meanwhile.
 *   <li>A task wakes the loop only if the loop sleeps, so that a loop that is awake costs its callers no system call.
 * </ul>
 *
 * <p>Everything runs on the event loop except {@link #wakeup}, which any thread calls after it has added a task, possibly long
 * after. A thread that sees the loop asleep lets Netty's handler wake it once.
 *
 * <p>{@code -Ddflockd.loop=netty} replaces it by Netty's own handler ({@link ClientThreads#LOOP_PROPERTY}).
 */
final class LoopIoHandler implements IoHandler {

    private final ThreadAwareExecutor loop;
    private final IoHandler nio;
    private final SpinPolicy spinPolicy = new SpinPolicy();
    private final SleepState sleep = new SleepState();

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
            spinPolicy.found();
            return selectNow.get();
        }
        if (spinPolicy.pollAgain(System.nanoTime())) {
            Thread.yield();
            int ready = selectNow.get();
            if (ready > 0) {
                spinPolicy.found();
            }
            return ready;
        }
        sleep.fallAsleep();
        return SelectStrategy.SELECT;
    }

    @Override
    public int run(IoHandlerContext context) {
        try {
            return nio.run(context);
        } finally {
            sleep.awake();
        }
    }

    @Override
    public void wakeup() {
        if (!loop.isExecutorThread(Thread.currentThread()) && sleep.mustWake()) {
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

    /**
     * Whether the event loop sleeps, so that a thread that has added a task knows whether to wake it.
     *
     * <p>The loop calls {@link #fallAsleep} and then looks for tasks a last time; another thread adds a task and then asks
     * {@link #mustWake}. At least one of the two sees the other, so that no task waits for a loop that sleeps.
     */
    static final class SleepState {

        /** Written by the loop alone. */
        private volatile boolean asleep;

        void fallAsleep() {
            asleep = true;
        }

        void awake() {
            asleep = false;
        }

        /** Whether the loop may sleep without having seen a task that this thread has added. Any thread. */
        boolean mustWake() {
            // The queue may have published the task by a store that the load below can overtake.
            VarHandle.fullFence();
            return asleep;
        }
    }
}
