package io.dflockd.benchmarks.stripes;

import java.util.ArrayDeque;

/** Processors that serve jobs in the order of their arrival. Not thread-safe. */
final class Station {

    private final Clock clock;

    private final ArrayDeque<Job> queue = new ArrayDeque<>();

    private int idle;

    private double busyNanos;

    private record Job(double nanos, Runnable then) {}

    Station(Clock clock, int processors) {
        this.clock = clock;
        this.idle = processors;
    }

    /** A job that takes a time once it has a processor, and what comes after it. */
    void take(double nanos, Runnable then) {
        queue.add(new Job(nanos, then));
        next();
    }

    private void next() {
        if (idle == 0 || queue.isEmpty()) {
            return;
        }
        Job job = queue.remove();
        idle--;
        busyNanos += job.nanos;
        clock.in(job.nanos, () -> {
            idle++;
            job.then.run();
            next();
        });
    }

    /** The time that its processors were busy, all together. */
    double busyNanos() {
        return busyNanos;
    }
}
