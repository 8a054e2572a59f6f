package io.dflockd.client.internal.loop;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one client, all daemons with names. Only the event loop's stays while the client is idle:
 *
 * <ul>
 *   <li>{@code dflockd-loop}: all sockets, timers and state; never runs code of a user.
 *   <li>{@code dflockd-callback}: completes the futures of callers, and so runs their continuations.
 *   <li>{@code dflockd-loss}: loss listeners, so that no continuation can delay them.
 *   <li>{@code dflockd-event}: client listeners, one after the other.
 *   <li>{@code dflockd-blocking}: name resolution, TLS tasks, parsing of stats, suppliers of tokens and TLS contexts.
 * </ul>
 */
public final class ClientThreads {

    private static final long KEEP_ALIVE_SECONDS = 3;

    /** By itself, not in a group: a group would notify its end on a thread that is no daemon. */
    private final SingleThreadIoEventLoop loop;

    private final Executor callbacks;

    private final @Nullable ForkJoinPool ownCallbacks;

    private final ThreadPoolExecutor losses = pool("dflockd-loss", 2);

    private final ThreadPoolExecutor events = pool("dflockd-event", 1);

    private final ThreadPoolExecutor blocking = pool("dflockd-blocking", 8);

    /** Starts nothing; threads come with their first task. A null executor means an own pool. */
    public ClientThreads(@Nullable Executor callbackExecutor) {
        this.loop = new SingleThreadIoEventLoop(
                null, new DefaultThreadFactory("dflockd-loop", true), LoopIoHandler.newFactory());
        this.ownCallbacks = callbackExecutor == null ? callbackPool() : null;
        this.callbacks = callbackExecutor != null ? callbackExecutor : java.util.Objects.requireNonNull(ownCallbacks);
    }

    /** The event loop. */
    public EventLoop loop() {
        return loop;
    }

    /** Completes the futures of callers. */
    public Executor callbacks() {
        return callbacks;
    }

    /** Runs loss listeners. */
    public Executor losses() {
        return losses;
    }

    /** Runs client listeners. */
    public Executor events() {
        return events;
    }

    /** Runs what may block. */
    public Executor blocking() {
        return blocking;
    }

    /** Ends all of them; returns when the loop has ended, in bounded time. */
    public void close() {
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        losses.shutdown();
        events.shutdown();
        blocking.shutdownNow();
        if (ownCallbacks != null) {
            ownCallbacks.shutdown();
        }
    }

    /** Runs what must still be told when the threads above have ended, on a thread of its own. */
    public static void afterClose(String what, Runnable task) {
        daemon("dflockd-" + what + "-after-close", task).start();
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private static ForkJoinPool callbackPool() {
        AtomicInteger number = new AtomicInteger();
        int parallelism = Math.max(2, Runtime.getRuntime().availableProcessors());
        return new ForkJoinPool(
                parallelism,
                pool -> {
                    ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
                    thread.setName("dflockd-callback-" + number.incrementAndGet());
                    return thread;
                },
                null,
                true,
                0,
                256,
                0,
                null,
                KEEP_ALIVE_SECONDS,
                TimeUnit.SECONDS);
    }

    private static ThreadPoolExecutor pool(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = task -> daemon(name + "-" + number.incrementAndGet(), task);
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
