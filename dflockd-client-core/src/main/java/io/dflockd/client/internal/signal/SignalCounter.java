package io.dflockd.client.internal.signal;

import io.dflockd.client.DflockdClientListener;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * Counts, and tells the client's listeners in lumps: an event for each signal would cost more than the signal. Any thread.
 */
final class SignalCounter {

    /** An event may be dropped by a lane that is too long; so that counting goes on then, another is sent now and then. */
    private static final long LUMP = 10_000;

    private final Consumer<Consumer<DflockdClientListener>> events;

    private final ObjLongConsumer<DflockdClientListener> report;

    private final AtomicLong total = new AtomicLong();

    private final AtomicLong untold = new AtomicLong();

    SignalCounter(Consumer<Consumer<DflockdClientListener>> events, ObjLongConsumer<DflockdClientListener> report) {
        this.events = events;
        this.report = report;
    }

    void add(int count) {
        total.addAndGet(count);
        if (untold.getAndAdd(count) % LUMP == 0) {
            events.accept(new Lump());
        }
    }

    long total() {
        return total.get();
    }

    /** The same number for every listener, taken when the first is told. */
    private final class Lump implements Consumer<DflockdClientListener> {

        private long count = -1;

        @Override
        public void accept(DflockdClientListener listener) {
            if (count < 0) {
                count = untold.getAndSet(0);
            }
            if (count > 0) {
                report.accept(listener, count);
            }
        }
    }
}
