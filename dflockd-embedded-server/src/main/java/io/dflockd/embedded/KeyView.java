package io.dflockd.embedded;

import java.util.List;

/**
 * One key that the server knows, idle ones included.
 *
 * @param key the key, decoded as UTF-8
 * @param limit 1 for a lock, more for a semaphore, 0 for a read-write lock
 * @param holders its holders, in the order of the grants
 * @param waiters its waiters, the next one first
 */
public record KeyView(String key, long limit, List<HolderView> holders, List<WaiterView> waiters) {

    /** Copies the lists. */
    public KeyView {
        holders = List.copyOf(holders);
        waiters = List.copyOf(waiters);
    }
}
