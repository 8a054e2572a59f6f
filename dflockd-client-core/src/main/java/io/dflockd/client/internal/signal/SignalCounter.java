package io.dflockd.client.internal.signal;

import io.dflockd.client.DflockdClientListener;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * Counts signals and reports the counts to the client's listeners, many signals in one event: an event for each signal would
 * cost more than the signal. Thread-safe.
 */
final class SignalCounter {

    /** A listener that is too slow misses events. So that the count is still reported, one is sent after so many signals. */
    private static final long SIGNALS_PER_EVENT = 10_000;

    private final Consumer<Consumer<DflockdClientListener>> events;
    private final ObjLongConsumer<DflockdClientListener> report;
    private final AtomicLong total = new AtomicLong();
    private final AtomicLong unreported = new AtomicLong();

    SignalCounter(Consumer<Consumer<DflockdClientListener>> events, ObjLongConsumer<DflockdClientListener> report) {
        this.events = events;
        this.report = report;
    }

    void add(int count) {
        total.addAndGet(count);
        long before = unreported.getAndAdd(count);
        if (before == 0 || before / SIGNALS_PER_EVENT != (before + count) / SIGNALS_PER_EVENT) {
            events.accept(new Report());
        }
    }

    long total() {
        return total.get();
    }

    /** Takes the count when the first listener is called, and reports the same to all of them. */
    private final class Report implements Consumer<DflockdClientListener> {

        private long count = -1;

        @Override
        public void accept(DflockdClientListener listener) {
            if (count < 0) {
                count = unreported.getAndSet(0);
            }
            if (count > 0) {
                report.accept(listener, count);
            }
        }
    }
}
