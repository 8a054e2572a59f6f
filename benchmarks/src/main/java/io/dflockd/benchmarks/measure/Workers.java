package io.dflockd.benchmarks.measure;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs the same work in many threads, platform or virtual, from one starting shot. */
public final class Workers {

    /** The kinds of threads. */
    public enum Kind {
        /** Threads of the system. */
        PLATFORM,
        /** Virtual threads, from Java 21 on. */
        VIRTUAL
    }

    private Workers() {}

    /** The work of one worker. */
    public interface Work {

        /** Opens its connections; not measured. */
        default void prepare() throws Exception {}

        /** Does it; measured. */
        void run() throws Exception;
    }

    /** Runs them all; returns the time from the shot to the end of the last. A failure of one is thrown. */
    public static Span run(Kind kind, List<? extends Work> works) throws Exception {
        CountDownLatch ready = new CountDownLatch(works.size());
        CountDownLatch shot = new CountDownLatch(1);
        ExecutorService threads = executor(kind, works.size());
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (Work work : works) {
                ends.add(threads.submit(() -> {
                    try {
                        work.prepare();
                    } finally {
                        ready.countDown();
                    }
                    shot.await();
                    work.run();
                    return null;
                }));
            }
            if (!ready.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the workers were not ready within a minute");
            }
            Span begin = Span.begin();
            shot.countDown();
            for (Future<?> end : ends) {
                end.get(10, TimeUnit.MINUTES);
            }
            return begin.end();
        } finally {
            threads.shutdownNow();
        }
    }

    /** An executor of such threads. */
    public static ExecutorService executor(Kind kind, int count) {
        if (kind == Kind.PLATFORM) {
            return Executors.newFixedThreadPool(count, task -> {
                Thread thread = new Thread(task, "worker");
                thread.setDaemon(true);
                return thread;
            });
        }
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException ex) {
            throw new IllegalArgumentException(
                    "--threads virtual needs Java 21 or later, this is " + Runtime.version(), ex);
        }
    }
}
