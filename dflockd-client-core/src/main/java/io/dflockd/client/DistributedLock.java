package io.dflockd.client;

/**
 * A distributed lock: what to lock and how, not the lock held. See {@link Acquirable} for the verbs and
 * {@link LockHandle} for what they return.
 */
public interface DistributedLock extends Acquirable<DistributedLock> {}
