package io.dflockd.client;

/**
 * A distributed lock: the key and the options of an acquisition, not the lock held. {@link Acquirable} has the operations;
 * they return a {@link LockHandle}.
 */
public interface DistributedLock extends Acquirable<DistributedLock> {}
