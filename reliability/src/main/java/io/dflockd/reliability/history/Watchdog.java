package io.dflockd.reliability.history;

import java.util.concurrent.TimeUnit;

/**
 * Writes down when its process stood still: stopped, or without a processor for its threads. What the process did late is judged
 * with that. A thread of its own measures how late it wakes up.
 */
public final class Watchdog implements AutoCloseable {

    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(10);

    /** Shorter delays are not written down; the limits of the checker have room for them. */
    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(20);

    private final History history;

    private final Thread thread = new Thread(this::watch, "watchdog");

    /** Begins to watch. */
    public Watchdog(History history) {
        this.history = history;
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        long before = System.nanoTime();
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(INTERVAL);
                long now = System.nanoTime();
                long late = now - before - INTERVAL;
                if (late >= SHORTEST) {
                    history.write(now, Entry.Kind.PAUSE, "-", 0, Long.toString(late));
                }
                before = now;
            }
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes down the pause under way, if there is one. */
    @Override
    public void close() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(2 * INTERVAL);
        thread.interrupt();
        thread.join();
    }
}
