package io.dflockd.client.internal.loop;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one client, all daemons with names and with the context class loader that the client was built with. They
 * inherit nothing from the threads that start them. Only the event loop's thread stays while the client is idle:
 *
 * <ul>
 *   <li>{@code dflockd-loop}: all sockets, timers and state; never runs user code, except {@code wrap} and {@code unwrap} of a
 *       user's own TLS engine.
 *   <li>{@code dflockd-callback}: completes the futures of callers, and so runs their continuations.
 *   <li>{@code dflockd-loss}: loss listeners, so that no continuation can delay them, and one that blocks delays no other.
 *   <li>{@code dflockd-event}: client listeners, one after the other, and the log lines of the loop.
 *   <li>{@code dflockd-lookup}: name look-ups and the suppliers of tokens and TLS contexts, at most one at a time per server; and in
 *       the same way, TLS engines are made and their tasks run.
 *   <li>{@code dflockd-worker}: work that does not block: the parsing of stats.
 *   <li>{@code dflockd-signal}: handlers of signals.
 *   <li>{@code dflockd-start}: for a moment, where a fork-join worker must be made that inherits nothing; see {@link Uninherited}.
 * </ul>
 *
 * <p>A callback executor of the user's is called by {@code dflockd-callback}, never by the loop: its {@code execute} is user
 * code too.
 */
public final class ClientThreads {

    /** The system property that replaces the client's socket handler by Netty's own: {@code -Ddflockd.loop=netty}. */
    public static final String LOOP_PROPERTY = "dflockd.loop";

    static final long IDLE_SECONDS = 3;
    /** So many loss listeners may run at the same time. {@link io.dflockd.client.LossListener} promises it. */
    static final int LOSS_THREADS = 16;

    /** Without a group, which would notify its end on a thread that is not a daemon. */
    private final SingleThreadIoEventLoop loop;

    private final @Nullable ClassLoader classLoader;
    private final CallbackPool callbackPool;
    private final CallbackPool signalPool;
    private final ThreadPoolExecutor lossPool;
    private final ThreadPoolExecutor eventPool;
    private final ThreadPoolExecutor lookups;
    private final ThreadPoolExecutor workers;
    private final ReliableExecutor ownCallbacks;
    private final @Nullable UserExecutor userCallbacks;
    private final ReliableExecutor signals;
    private final ReliableExecutor losses;
    private final ReliableExecutor events;

    /**
     * Starts nothing; threads are started by their first task.
     *
     * @param callbackExecutor completes the futures of callers; null for the client's own threads
     */
    public ClientThreads(@Nullable Executor callbackExecutor, int signalThreads, @Nullable ClassLoader classLoader) {
        this.classLoader = classLoader;
        this.loop = new SingleThreadIoEventLoop(
                null, (ThreadFactory) task -> Uninherited.clean("dflockd-loop", task, classLoader), ioHandler());
        this.callbackPool = new CallbackPool(
                "dflockd-callback",
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                CallbackPool.MANY,
                classLoader,
                this::callbackThreadFailed,
                this::inASecond);
        this.signalPool = new CallbackPool(
                "dflockd-signal", signalThreads, signalThreads, classLoader, this::signalThreadFailed, this::inASecond);
        this.lossPool = new GrowingPool(LOSS_THREADS, IDLE_SECONDS, numbered("dflockd-loss"));
        this.eventPool = pool("dflockd-event", 1, 1, new LinkedBlockingQueue<>());
        this.lookups = pool("dflockd-lookup", 0, Integer.MAX_VALUE, new SynchronousQueue<>());
        this.workers = pool("dflockd-worker", 2, 2, new LinkedBlockingQueue<>());
        this.ownCallbacks = new ReliableExecutor(callbackPool, loop, this::startLast, callbackPool::resubmit);
        this.userCallbacks = callbackExecutor == null
                ? null
                : new UserExecutor(callbackExecutor, ownCallbacks, loop, UserExecutor.PATIENCE_AT_CLOSE_NANOS);
        this.signals = new ReliableExecutor(signalPool, loop, this::startLast, signalPool::resubmit);
        this.losses = new ReliableExecutor(lossPool, loop, this::startLast);
        this.events = new ReliableExecutor(eventPool, loop, this::startLast);
    }

    private static IoHandlerFactory ioHandler() {
        return "netty".equals(System.getProperty(LOOP_PROPERTY))
                ? NioIoHandler.newFactory()
                : LoopIoHandler.newFactory();
    }

    private void callbackThreadFailed() {
        ownCallbacks.retryLater();
    }

    private void signalThreadFailed() {
        signals.retryLater();
    }

    /** On the loop, or after its end on a thread of its own. */
    private void inASecond(Runnable task) {
        try {
            loop.schedule(task, 1, TimeUnit.SECONDS);
        } catch (RejectedExecutionException ex) {
            // The client is closed. Its callbacks may still wait for each other.
            startLast(() -> {
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                task.run();
            });
        }
    }

    EventLoop loop() {
        return loop;
    }

    Executor callbacks() {
        return userCallbacks != null ? userCallbacks : ownCallbacks;
    }

    Executor losses() {
        return losses;
    }

    Executor events() {
        return events;
    }

    /** Runs handlers of signals. Does not throw. */
    public Executor signals() {
        return signals;
    }

    /** Runs what may block; rejects nothing while the client is open. */
    public Executor lookups() {
        return lookups;
    }

    /** Runs what needs the processor but does not block. */
    public Executor workers() {
        return workers;
    }

    /** Ends all threads; returns when the loop has ended, in bounded time. The others end with their last task. */
    public void close() {
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        lossPool.shutdown();
        eventPool.shutdown();
        lookups.shutdownNow();
        workers.shutdown();
        if (userCallbacks != null) {
            userCallbacks.close();
        }
        callbackPool.close();
        signalPool.close();
        losses.runKept();
        events.runKept();
        ownCallbacks.runKept();
        signals.runKept();
    }

    /** Runs what must still be done when the threads above have ended, on a thread of its own. */
    private void startLast(Runnable task) {
        thread("dflockd-after-close", task).start();
    }

    private Thread thread(String name, Runnable task) {
        return Uninherited.thread(name, task, classLoader);
    }

    private ThreadFactory numbered(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> thread(name + "-" + number.incrementAndGet(), task);
    }

    private ThreadPoolExecutor pool(String name, int threads, int maxThreads, BlockingQueue<Runnable> queue) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(threads, maxThreads, IDLE_SECONDS, TimeUnit.SECONDS, queue, numbered(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
