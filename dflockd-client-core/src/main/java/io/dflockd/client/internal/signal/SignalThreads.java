package io.dflockd.client.internal.signal;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads {@code dflockd-signal} that handle signals: daemons, no more than the setting, none while nothing is to be
 * handled. Work is taken in the order in which it came.
 */
final class SignalThreads implements Executor {

    private static final long KEEP_ALIVE_SECONDS = 3;

    private final ForkJoinPool pool;

    SignalThreads(int threads, @Nullable ClassLoader classes) {
        AtomicInteger number = new AtomicInteger();
        // A handler that blocks in a fork-join way is neither compensated by a further thread nor refused.
        this.pool = new ForkJoinPool(
                threads,
                in -> {
                    ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(in);
                    thread.setName("dflockd-signal-" + number.incrementAndGet());
                    thread.setContextClassLoader(classes);
                    return thread;
                },
                null,
                true,
                0,
                threads,
                0,
                full -> true,
                KEEP_ALIVE_SECONDS,
                TimeUnit.SECONDS);
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(task);
    }

    /** Lets what was handed in run, and ends. */
    void close() {
        pool.shutdown();
    }
}
