package io.dflockd.embedded.table;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The slots and places of one connection in the {@link LockTable}. Outlives the connection if auto-release is off. */
public final class Session {

    final Set<Waiter> waiting = new LinkedHashSet<>();
    final Map<ResourceName, TwoPhaseEntry> enqueued = new HashMap<>();
    final Set<Holder> held = new LinkedHashSet<>();
    private final long id;

    public Session(long id) {
        this.id = id;
    }

    /** The number of the connection. */
    public long id() {
        return id;
    }
}
