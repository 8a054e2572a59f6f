package io.dflockd.embedded;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one connection owns in the {@link LockTable}. Outlives the connection if auto-release is off. Confined to the
 * event loop.
 */
final class Session {

    final long id;
    final Set<Waiter> waiting = new LinkedHashSet<>();
    final Map<String, Enqueued> enqueued = new HashMap<>();
    private final List<Holder> held = new ArrayList<>();

    Session(long id) {
        this.id = id;
    }

    void add(Holder holder) {
        holder.position = held.size();
        held.add(holder);
    }

    /** Removes in constant time, by moving the last one into the gap. */
    void remove(Holder holder) {
        Holder last = held.remove(held.size() - 1);
        if (last != holder) {
            held.set(holder.position, last);
            last.position = holder.position;
        }
    }

    List<Holder> held() {
        return List.copyOf(held);
    }
}
