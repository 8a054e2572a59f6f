package io.dflockd.embedded;

import io.dflockd.embedded.server.ActiveFault;
import io.dflockd.embedded.server.ServerCore;
import java.time.Duration;

/**
 * A fault that is in effect, from {@link Faults}. Removing it ends its effect: a stalled connection goes on, a server
 * that refused connections listens again. Thread-safe. A restart of the server ends all faults.
 */
public final class InjectedFault implements AutoCloseable {

    private final ServerCore core;
    private final String description;
    private final ActiveFault fault;

    InjectedFault(ServerCore core, String description, ActiveFault fault) {
        this.core = core;
        this.description = description;
        this.fault = fault;
    }

    /** Returns how often the fault has struck. */
    public long hits() {
        return fault.hits();
    }

    /**
     * Waits until the fault has struck a number of times.
     *
     * @throws AssertionError if it has not within the time
     */
    public void awaitHits(long count, Duration atMost) {
        Waiting.until(() -> hits() >= count, atMost, () -> this + " struck " + hits() + " times, not " + count);
    }

    /** Ends the fault; does nothing if it is over or its server has stopped. */
    public void remove() {
        core.runIfAlive(() -> core.faults().remove(fault));
    }

    /** The same as {@link #remove()}. */
    @Override
    public void close() {
        remove();
    }

    @Override
    public String toString() {
        return description;
    }
}
