package io.dflockd.client;

import java.time.Duration;

/**
 * A distributed counting semaphore: up to {@link #limit()} holders of one key at a time. See {@link Acquirable} for the
 * verbs and {@link LockHandle} for the slot they return.
 */
public interface DistributedSemaphore extends Acquirable {

    /**
     * How many may hold a slot at once. All clients of a key must say the same.
     *
     * @return at least 1
     */
    int limit();

    /**
     * A copy with another lease. It is renewed in the background all the same.
     *
     * @param lease rounded up to whole seconds, at least one
     * @return the copy
     * @throws InvalidArgumentException if it is not positive or too long for the protocol
     */
    DistributedSemaphore withLease(Duration lease);

    /**
     * A copy with another acquire timeout.
     *
     * @param timeout zero is allowed
     * @return the copy
     * @throws InvalidArgumentException if it is negative or too long for the protocol
     */
    DistributedSemaphore withAcquireTimeout(Duration timeout);

    /**
     * A copy that renews at another part of the lease.
     *
     * @param ratio between 0 and 1, both exclusive
     * @return the copy
     * @throws InvalidArgumentException if it is not
     */
    DistributedSemaphore withRenewRatio(double ratio);

    /**
     * A copy whose lease is not renewed: the handle is lost when the lease ends.
     *
     * @return the copy
     */
    DistributedSemaphore withoutRenewal();

    /**
     * A copy with a logical name: what events and metrics call it. It should be one of few, unlike a key.
     *
     * @param name the name
     * @return the copy
     */
    DistributedSemaphore withName(String name);
}
