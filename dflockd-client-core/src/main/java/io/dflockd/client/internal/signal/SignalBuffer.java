package io.dflockd.client.internal.signal;

import io.dflockd.client.OverflowPolicy;
import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionOptions;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Signals that wait to be handled and, between them and in order, events of the subscription. Signals are bounded in number
 * and in memory; the policy decides which one is dropped. If too many events wait, a later one replaces the oldest about the
 * same subject, so the last event that a listener sees is always true. Not thread-safe: the sink's lock guards it.
 */
final class SignalBuffer {

    private static final int MAX_EVENTS = 256;
    private final int maxSignals;
    private final long maxBytes;
    private final boolean dropOldest;
    private final ArrayDeque<Object> items = new ArrayDeque<>();
    private int signals;
    private long bytes;

    SignalBuffer(SubscriptionOptions options) {
        this.maxSignals = options.bufferSize();
        this.maxBytes = options.bufferBytes();
        this.dropOldest = options.overflow() == OverflowPolicy.DROP_OLDEST;
    }

    /** Returns how many signals were dropped. */
    int offer(Signal signal) {
        int dropped = 0;
        long size = bytes(signal);
        while (!fits(size)) {
            dropped++;
            if (!dropOldest) {
                return dropped;
            }
            removeFirst(Signal.class::isInstance);
        }
        items.add(signal);
        signals++;
        bytes += size;
        return dropped;
    }

    /** An empty buffer takes a signal of any size. */
    private boolean fits(long size) {
        return signals == 0 || (signals < maxSignals && bytes + size <= maxBytes);
    }

    /** The most that the text takes on the heap. */
    private static long bytes(Signal signal) {
        return 2L * (signal.channel().length() + signal.payload().length());
    }

    void addEvent(Sink.Event event) {
        Object subject = event.subject();
        if (subject != null && items.size() - signals >= MAX_EVENTS) {
            removeFirst(item -> item instanceof Sink.Event other && subject.equals(other.subject()));
        }
        items.add(event);
    }

    private void removeFirst(Predicate<Object> which) {
        Iterator<Object> oldestFirst = items.iterator();
        while (oldestFirst.hasNext()) {
            Object item = oldestFirst.next();
            if (which.test(item)) {
                oldestFirst.remove();
                removed(item);
                return;
            }
        }
    }

    /**
     * Takes the next item.
     *
     * @param signalsToo whether a signal may be taken; one that may not holds back everything behind it
     * @return a {@link Signal} or a {@link Sink.Event}; null if there is nothing to take
     */
    @Nullable
    Object poll(boolean signalsToo) {
        if (!hasNext(signalsToo)) {
            return null;
        }
        Object next = items.poll();
        removed(next);
        return next;
    }

    private void removed(@Nullable Object item) {
        if (item instanceof Signal signal) {
            signals--;
            bytes -= bytes(signal);
        }
    }

    boolean hasNext(boolean signalsToo) {
        Object next = items.peek();
        return next != null && (signalsToo || !(next instanceof Signal));
    }

    int signals() {
        return signals;
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** Drops all signals and keeps the events. Returns how many. */
    int clearSignals() {
        int cleared = signals;
        items.removeIf(Signal.class::isInstance);
        signals = 0;
        bytes = 0;
        return cleared;
    }
}
