package io.dflockd.embedded;

import java.util.LinkedHashSet;

/**
 * One key: a lock (limit 1), a semaphore (limit above 1) or a read-write lock (limit 0), with its holders and its FIFO
 * queue. Confined to the event loop.
 */
final class Resource {

    static final long READ_WRITE = 0;

    final String key;
    final long limit;
    final Holders holders = new Holders();
    /** In order of arrival; a set because a waiter that times out leaves from the middle. */
    final LinkedHashSet<Waiter> queue = new LinkedHashSet<>(4);

    long lastActivity;

    Resource(String key, long limit) {
        this.key = key;
        this.limit = limit;
    }

    boolean isReadWrite() {
        return limit == READ_WRITE;
    }

    boolean isIdle() {
        return holders.isEmpty() && queue.isEmpty();
    }

    boolean admits(Mode mode) {
        return switch (mode) {
            case SLOT -> holders.size() < limit;
            case WRITE -> holders.isEmpty();
            case READ -> holders.isEmpty() || holders.first().mode == Mode.READ;
        };
    }
}
