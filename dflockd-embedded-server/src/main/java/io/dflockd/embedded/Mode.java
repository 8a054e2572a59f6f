package io.dflockd.embedded;

/** How a grant shares its resource. */
enum Mode {
    /** A slot of a lock (limit 1) or of a semaphore. */
    SLOT,
    /** Together with other readers of a read-write lock. */
    READ,
    /** Alone on a read-write lock. */
    WRITE
}
