package io.dflockd.benchmarks.stripes;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Simulated time: what happens next. Events of one time keep their order. Not thread-safe. */
final class Clock {

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingDouble(Event::at).thenComparingLong(Event::number));

    private double now;

    private long number;

    private record Event(double at, long number, Runnable action) {}

    double now() {
        return now;
    }

    /** Does something later. */
    void in(double nanos, Runnable action) {
        events.add(new Event(now + nanos, number++, action));
    }

    /** Does the next thing; false if there is none. */
    boolean step() {
        Event next = events.poll();
        if (next == null) {
            return false;
        }
        now = next.at;
        next.action.run();
        return true;
    }
}
