package io.dflockd.client;

/** The kind of a key's use. */
public enum LockKind {
    /** Used as a {@link DistributedLock}. */
    LOCK,
    /** Used as a {@link DistributedSemaphore}. */
    SEMAPHORE
}
