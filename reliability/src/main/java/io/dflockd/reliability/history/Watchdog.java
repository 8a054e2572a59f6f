package io.dflockd.reliability.history;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Writes down when its process stood still: stopped, or without a processor for one of the threads that matter. What the process
 * did late is judged with that. A thread of its own measures how late it wakes up, and how long the others waited for a processor.
 */
public final class Watchdog implements AutoCloseable {

    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(10);

    /** Shorter delays are not written down; the limits of the checker have room for them. */
    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(20);

    /** Looking at the threads costs more than sleeping. */
    private static final int ROUNDS_PER_LOOK = 5;

    private final History history;

    private final RunDelays delays;

    private final Thread thread = new Thread(this::watch, "watchdog");

    /** Begins to watch. The threads that matter have names that begin with one of the prefixes. */
    public Watchdog(History history, List<String> prefixes) {
        this.history = history;
        this.delays = new RunDelays(prefixes);
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        long before = System.nanoTime();
        try {
            for (int round = 1; ; round++) {
                TimeUnit.NANOSECONDS.sleep(INTERVAL);
                long now = System.nanoTime();
                write(now, now - before - INTERVAL);
                before = now;
                if (round % ROUNDS_PER_LOOK == 0) {
                    write(now, delays.longest());
                }
            }
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(long now, long pause) {
        if (pause >= SHORTEST) {
            history.write(now, Entry.Kind.PAUSE, "-", 0, Long.toString(pause));
        }
    }

    /** Writes down the pause under way, if there is one. */
    @Override
    public void close() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(2 * ROUNDS_PER_LOOK * INTERVAL);
        thread.interrupt();
        thread.join();
    }
}
