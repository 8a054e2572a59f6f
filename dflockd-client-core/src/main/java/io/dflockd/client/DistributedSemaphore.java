package io.dflockd.client;

/**
 * A distributed counting semaphore: up to {@link #limit()} holders of one key at a time. {@link Acquirable} has the
 * operations; they return a {@link LockHandle} for one slot.
 */
public interface DistributedSemaphore extends Acquirable<DistributedSemaphore> {

    /** {@return the number of slots, at least 1} All clients of a key must use the same limit. */
    int limit();
}
