package io.dflockd.embedded.table;

/** How a grant shares its key with other grants. */
public enum HoldMode {
    /** A slot of a lock (limit 1) or of a semaphore. */
    SLOT,
    /** Together with other readers of a read-write lock. */
    READ,
    /** Alone on a read-write lock. */
    WRITE
}
