package io.dflockd.client.internal.signal;

import io.dflockd.client.OverflowPolicy;
import io.dflockd.client.Signal;
import io.dflockd.client.internal.signal.Sink.Event;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Signals that wait to be handled, and between them, in order, events of the subscription. Signals are bounded by the
 * policy. Events are few; where they are not, a later one replaces the oldest about the same, so that what is told last is
 * always true. Not thread-safe: a sink has it under its lock.
 */
final class SignalBuffer {

    private static final int MAX_EVENTS = 256;

    /** What became of a signal that was offered. */
    enum Offer {
        /** It is in the buffer. */
        KEPT,
        /** It, or an older one in its favour, was dropped. */
        ONE_DROPPED,
        /** It was dropped, and the subscription is to be made anew. */
        OVERFLOWED
    }

    private final int capacity;

    private final OverflowPolicy policy;

    private final ArrayDeque<Object> items = new ArrayDeque<>();

    private int signals;

    SignalBuffer(int capacity, OverflowPolicy policy) {
        this.capacity = capacity;
        this.policy = policy;
    }

    Offer offer(Signal signal) {
        if (signals < capacity) {
            items.add(signal);
            signals++;
            return Offer.KEPT;
        }
        if (policy == OverflowPolicy.DROP_OLDEST) {
            removeOldest();
            items.add(signal);
        }
        return policy == OverflowPolicy.RESUBSCRIBE ? Offer.OVERFLOWED : Offer.ONE_DROPPED;
    }

    private void removeOldest() {
        Iterator<Object> oldestFirst = items.iterator();
        while (oldestFirst.hasNext()) {
            if (oldestFirst.next() instanceof Signal) {
                oldestFirst.remove();
                return;
            }
        }
    }

    void addEvent(Event event) {
        if (event.about() != null && items.size() - signals >= MAX_EVENTS) {
            removeOldestAbout(event.about());
        }
        items.add(event);
    }

    private void removeOldestAbout(Object subject) {
        Iterator<Object> oldestFirst = items.iterator();
        while (oldestFirst.hasNext()) {
            if (oldestFirst.next() instanceof Event event && subject.equals(event.about())) {
                oldestFirst.remove();
                return;
            }
        }
    }

    /**
     * Takes the next.
     *
     * @param signalsToo whether a signal may be taken; one that may not keeps what is behind it back
     * @return a {@link Signal} or an {@link Event}; null if there is nothing to take
     */
    @Nullable
    Object poll(boolean signalsToo) {
        Object next = items.peek();
        if (next instanceof Signal) {
            if (!signalsToo) {
                return null;
            }
            signals--;
        }
        return items.poll();
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

    /** Drops all signals. */
    int clearSignals() {
        int cleared = signals;
        items.removeIf(Signal.class::isInstance);
        signals = 0;
        return cleared;
    }
}
