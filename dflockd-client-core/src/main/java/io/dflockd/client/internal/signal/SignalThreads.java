package io.dflockd.client.internal.signal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The threads {@code dflockd-signal} that handle signals: daemons, at most as many as configured, none while there is nothing
 * to handle. Tasks run in the order in which they came. If a thread cannot be started, the tasks wait until one can.
 */
final class SignalThreads extends ForkJoinPool {

    private static final long KEEP_ALIVE_SECONDS = 3;

    private final Predicate<Runnable> later;

    private final AtomicBoolean resubmitting = new AtomicBoolean();

    /**
     * Starts no thread.
     *
     * @param classLoader the context class loader of the threads
     * @param later runs a task a little later on any thread; false if the client is closed
     */
    SignalThreads(int threads, @Nullable ClassLoader classLoader, Predicate<Runnable> later) {
        this(threads, new Workers(classLoader), later);
    }

    SignalThreads(int threads, ForkJoinWorkerThreadFactory factory, Predicate<Runnable> later) {
        // A handler that joins a fork-join task is neither replaced by a further thread nor refused.
        super(
                threads,
                factory,
                (thread, failure) -> {},
                true,
                0,
                threads,
                0,
                full -> true,
                KEEP_ALIVE_SECONDS,
                TimeUnit.SECONDS);
        this.later = later;
    }

    @Override
    public void execute(Runnable task) {
        try {
            super.execute(task);
        } catch (Error ex) {
            resubmitLater();
            throw ex;
        }
    }

    /** A pool that could not start a thread does not try again before something is submitted to an empty queue. */
    private void resubmitLater() {
        if (resubmitting.compareAndSet(false, true) && !later.test(this::resubmit)) {
            resubmitting.set(false);
        }
    }

    private void resubmit() {
        resubmitting.set(false);
        List<ForkJoinTask<?>> waiting = new ArrayList<>();
        ForkJoinTask<?> task;
        while ((task = pollSubmission()) != null) {
            waiting.add(task);
        }
        for (ForkJoinTask<?> again : waiting) {
            try {
                execute(again);
            } catch (Throwable ex) {
                // It is queued all the same.
                resubmitLater();
            }
        }
    }

    private static final class Workers implements ForkJoinWorkerThreadFactory {

        private final AtomicInteger number = new AtomicInteger();

        private final @Nullable ClassLoader classLoader;

        Workers(@Nullable ClassLoader classLoader) {
            this.classLoader = classLoader;
        }

        @Override
        public ForkJoinWorkerThread newThread(ForkJoinPool pool) {
            Worker worker = new Worker((SignalThreads) pool);
            worker.setName("dflockd-signal-" + number.incrementAndGet());
            worker.setContextClassLoader(classLoader);
            return worker;
        }
    }

    /** A worker that dies because it could not start another one leaves tasks behind. */
    static class Worker extends ForkJoinWorkerThread {

        Worker(SignalThreads pool) {
            super(pool);
        }

        @Override
        protected void onTermination(@Nullable Throwable failure) {
            if (failure != null) {
                ((SignalThreads) getPool()).resubmitLater();
            }
        }
    }
}
