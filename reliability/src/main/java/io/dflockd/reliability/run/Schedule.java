package io.dflockd.reliability.run;

import java.time.Duration;

/** Divides the time of a run among its phases, so that it ends in time though phases take longer than they last. */
public final class Schedule {

    private static final Duration SHORTEST = Duration.ofSeconds(5);

    private final long end;

    private int phasesLeft;

    /** What a phase takes to begin and to end. An estimate at first, then the longest so far. */
    private Duration besides = Duration.ofSeconds(14);

    private long begun;

    private Duration current = Duration.ZERO;

    /** Begins now. */
    public Schedule(Duration duration, int phases) {
        this.end = System.nanoTime() + duration.toNanos();
        this.phasesLeft = phases;
    }

    /** How long the next phase shall last. It begins now. */
    public Duration next() {
        begun = System.nanoTime();
        Duration each = Duration.ofNanos(end - begun).dividedBy(phasesLeft).minus(besides);
        current = each.compareTo(SHORTEST) < 0 ? SHORTEST : each;
        phasesLeft--;
        return current;
    }

    /** The phase has ended. */
    public void ended() {
        Duration took = Duration.ofNanos(System.nanoTime() - begun).minus(current);
        besides = took.compareTo(besides) > 0 ? took : besides;
    }
}
