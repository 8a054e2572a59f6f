package io.dflockd.client;

/**
 * A distributed lock: the key and the options of an acquisition, not the lock held. {@link Acquirable} has the operations;
 * they return a {@link LockHandle}.
 */
public interface DistributedLock extends Acquirable<DistributedLock> {

    /**
     * Returns this lock as a {@link java.util.concurrent.locks.Lock} with the same options. It belongs to a thread. All such
     * locks of one client with the same key are one lock. The acquire timeout has no effect on them.
     */
    ReentrantDistributedLock asReentrantLock();

    /**
     * As {@link #asReentrantLock()}, in a domain: locks of one client with the same key are one lock only if the domain
     * is the same too. A thread that has the lock in one domain and asks for it in another one waits for itself. A
     * domain is any object, for example a registry of locks, and is compared by identity.
     */
    ReentrantDistributedLock asReentrantLock(Object domain);
}
