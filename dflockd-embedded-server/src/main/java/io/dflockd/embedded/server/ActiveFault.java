package io.dflockd.embedded.server;

import java.util.ArrayList;
import java.util.List;

/** A fault that has been injected into a server and not been removed. {@link #hits()} may be called by any thread. */
public final class ActiveFault {

    private final FaultSpec spec;
    private final RequestFilter filter;
    private final List<Runnable> onRemove = new ArrayList<>();
    private long matched;
    private boolean removed;
    private volatile long hits;

    public ActiveFault(FaultSpec spec, RequestFilter filter) {
        this.spec = spec;
        this.filter = filter;
    }

    FaultSpec spec() {
        return spec;
    }

    /** Counts the request or push if it matches; returns whether the fault strikes it. */
    boolean strikes(long connectionId, String command, String key) {
        if (!filter.matches(connectionId, command, key) || ++matched <= filter.skipped() || hits >= filter.times()) {
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

    /** Returns how often the fault has struck. */
    public long hits() {
        return hits;
    }

    /** Registers an action that ends the effect of this fault; runs it at once if the fault has been removed. */
    public void whenRemoved(Runnable action) {
        if (removed) {
            action.run();
        } else {
            onRemove.add(action);
        }
    }

    void removed() {
        removed = true;
        onRemove.forEach(Runnable::run);
        onRemove.clear();
    }
}
