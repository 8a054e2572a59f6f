package io.dflockd.client;

/** Whether a key is used as a lock or as a semaphore. */
public enum LockKind {
    /** {@link DistributedLock}. */
    LOCK,
    /** {@link DistributedSemaphore}. */
    SEMAPHORE
}
