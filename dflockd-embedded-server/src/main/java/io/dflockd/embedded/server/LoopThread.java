package io.dflockd.embedded.server;

import io.netty.channel.IoEventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The daemon thread of one run of a server, with its event loop. Thread-safe. */
final class LoopThread {

    private static final AtomicInteger THREADS = new AtomicInteger();

    private final IoEventLoop loop = new SingleThreadIoEventLoop(null, this::newThread, NioIoHandler.newFactory());
    /** Null until the event loop gets its first task. */
    private volatile @Nullable Thread thread;

    private Thread newThread(Runnable task) {
        Thread started = new Thread(task, "dflockd-embedded-" + THREADS.incrementAndGet());
        started.setDaemon(true);
        thread = started;
        return started;
    }

    IoEventLoop loop() {
        return loop;
    }

    /** Runs a task on the event loop and returns its result. */
    <T> T call(Callable<T> task) {
        try {
            return loop.inEventLoop() ? task.call() : loop.submit(task).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (RejectedExecutionException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the next select, which removes closed sockets. Not from the event loop. */
    void awaitSelect() {
        try {
            // A timer fires only after that.
            loop.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).awaitUninterruptibly();
        } catch (RejectedExecutionException e) {
            // The event loop has ended, and its sockets with it.
        }
    }

    /** Ends the thread and waits for that. */
    void terminate() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        boolean interrupted = false;
        Thread last = thread;
        // The event loop reports its termination a moment before its thread ends.
        while (!loop.isTerminated() || (last != null && last.isAlive())) {
            try {
                loop.awaitTermination(1, TimeUnit.SECONDS);
                if (last != null) {
                    last.join(TimeUnit.SECONDS.toMillis(1));
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
