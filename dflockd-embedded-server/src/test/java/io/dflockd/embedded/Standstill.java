package io.dflockd.embedded;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices when this process does not get to run for a while, as on a machine that is busy with other things: what a test
 * measures in such a time says nothing about the code.
 */
final class Standstill implements AutoCloseable {

    private static final long SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long NOTICEABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    private final Thread thread = new Thread(this::watch, "standstill");
    private volatile boolean seen;
    private volatile boolean closed;

    Standstill() {
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        long before = System.nanoTime();
        while (!closed) {
            LockSupport.parkNanos(SLEEP_NANOS);
            long now = System.nanoTime();
            if (now - before > SLEEP_NANOS + NOTICEABLE_NANOS) {
                seen = true;
            }
            before = now;
        }
    }

    /** Whether there was one since this was made. */
    boolean seen() {
        return seen;
    }

    @Override
    public void close() {
        closed = true;
    }
}
