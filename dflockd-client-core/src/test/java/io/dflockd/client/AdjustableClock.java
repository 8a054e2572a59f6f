package io.dflockd.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A monotonic clock that runs as the real one does, and can be put forward: what a long pause of the JVM looks like. */
final class AdjustableClock implements LongSupplier {

    private final AtomicLong ahead = new AtomicLong();

    @Override
    public long getAsLong() {
        return System.nanoTime() + ahead.get();
    }

    void jump(Duration by) {
        ahead.addAndGet(by.toNanos());
    }
}
