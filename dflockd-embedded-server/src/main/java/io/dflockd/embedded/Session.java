package io.dflockd.embedded;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What one connection owns in the {@link LockTable}. Outlives the connection if auto-release is off. */
final class Session {

    final long id;
    final Set<Holder> held = new LinkedHashSet<>();
    final Set<Waiter> waiting = new LinkedHashSet<>();
    final Map<String, Enqueued> enqueued = new LinkedHashMap<>();

    Session(long id) {
        this.id = id;
    }
}
