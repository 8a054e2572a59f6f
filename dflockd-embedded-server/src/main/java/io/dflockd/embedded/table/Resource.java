package io.dflockd.embedded.table;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** One key: a lock (limit 1), a semaphore (limit above 1) or a read-write lock (limit 0), with its holders and queue. */
public final class Resource {

    /** The limit of a read-write lock. */
    public static final long READ_WRITE = 0;

    /** By token, in the order of the grants. */
    final Map<String, Holder> holders = new LinkedHashMap<>(2);
    /** In order of arrival; a set because a waiter that times out leaves from the middle. */
    final Set<Waiter> queue = new LinkedHashSet<>(4);

    long lastActivity;

    private final ResourceName name;
    private final long limit;

    Resource(ResourceName name, long limit) {
        this.name = name;
        this.limit = limit;
    }

    boolean admits(HoldMode mode) {
        return switch (mode) {
            case SLOT -> holders.size() < limit;
            case WRITE -> holders.isEmpty();
            case READ -> holders.isEmpty() || holders.values().iterator().next().mode == HoldMode.READ;
        };
    }

    ResourceName name() {
        return name;
    }

    public String key() {
        return name.key();
    }

    public long limit() {
        return limit;
    }

    public boolean isReadWrite() {
        return limit == READ_WRITE;
    }

    public boolean isIdle() {
        return holders.isEmpty() && queue.isEmpty();
    }

    public long idleNanos(long now) {
        return now - lastActivity;
    }

    /** In the order of the grants. */
    public Collection<Holder> holders() {
        return Collections.unmodifiableCollection(holders.values());
    }

    /** The next one first. */
    public Collection<Waiter> waiters() {
        return Collections.unmodifiableCollection(queue);
    }
}
