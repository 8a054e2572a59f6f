package io.dflockd.client;

/**
 * A distributed counting semaphore: up to {@link #limit()} holders of one key at a time. See {@link Acquirable} for the
 * verbs and {@link LockHandle} for the slot they return.
 */
public interface DistributedSemaphore extends Acquirable<DistributedSemaphore> {

    /**
     * How many may hold a slot at once. All clients of a key must use the same limit.
     *
     * @return at least 1
     */
    int limit();
}
