package io.dflockd.client.testserver;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A fault in effect; see {@link TestFaults}. */
public interface TestFault extends AutoCloseable {

    /** How often it has struck. */
    long hits();

    /** Ends its effect. */
    void remove();

    default void awaitHits(long count, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (hits() < count) {
            if (System.nanoTime() - deadline >= 0) {
                throw new AssertionError(this + " struck " + hits() + " times, not " + count);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    default void close() {
        remove();
    }
}
