package io.dflockd.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A fault at work, from {@link Faults}. Removing it ends what it causes: a stalled connection goes on, a refusing
 * server listens again. Thread-safe. A fault does not survive a restart of its server.
 */
public final class InjectedFault implements AutoCloseable {

    private final ServerCore core;
    private final String description;
    final Fault fault;
    final FaultTarget target;
    /** Confined to the event loop. */
    private final List<Runnable> onRemove = new ArrayList<>();

    private long matched;
    private boolean removed;
    private volatile long hits;

    InjectedFault(ServerCore core, String description, Fault fault, FaultTarget target) {
        this.core = core;
        this.description = description;
        this.fault = fault;
        this.target = target;
    }

    /** Returns how often the fault has struck. */
    public long hits() {
        return hits;
    }

    /**
     * Waits until the fault has struck so many times.
     *
     * @throws AssertionError if it has not within the time
     */
    public void awaitHits(long count, Duration atMost) {
        Waiting.until(() -> hits >= count, atMost, () -> this + " struck " + hits + " times, not " + count);
    }

    /** Ends the fault; does nothing if it is over or its server has stopped. */
    public void remove() {
        core.runIfAlive(() -> {
            core.faults().remove(this);
            removed = true;
            onRemove.forEach(Runnable::run);
            onRemove.clear();
            core.endTurn();
        });
        // A second task, so that what the first one set going on the event loop is done as well.
        core.runIfAlive(() -> {});
    }

    /** The same as {@link #remove()}. */
    @Override
    public void close() {
        remove();
    }

    /** Counts a matching request; returns whether the fault strikes. On the event loop. */
    boolean strike() {
        matched++;
        if (matched <= target.skipped() || exhausted()) {
            return false;
        }
        hit();
        return true;
    }

    /** Increments the counter, which only the event loop does. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void hit() {
        hits++;
    }

    boolean exhausted() {
        return hits >= target.times();
    }

    /** Registers what ends the effect of this fault; runs it at once if the fault is over. On the event loop. */
    void whenRemoved(Runnable action) {
        if (removed) {
            action.run();
        } else {
            onRemove.add(action);
        }
    }

    long pauseNanos() {
        return TimeUnit.MILLISECONDS.toNanos(fault.duration.toMillis());
    }

    @Override
    public String toString() {
        return description;
    }
}
