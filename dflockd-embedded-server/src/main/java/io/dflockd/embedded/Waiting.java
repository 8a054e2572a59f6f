package io.dflockd.embedded;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits on the calling thread for a condition, which is polled. */
final class Waiting {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Waiting() {}

    static void until(BooleanSupplier condition, Duration atMost, Supplier<String> complaint) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                throw new AssertionError("not within " + atMost + ": " + complaint.get());
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while waiting: " + complaint.get());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
