package io.dflockd.spring.lock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdClientListener.Kind;
import io.dflockd.client.DistributedLock;

/**
 * Locks of a client.
 *
 * @param client the client
 */
record ClientLocks(DflockdClient client) implements AcquirableFactory {

    @Override
    public Kind kind() {
        return Kind.LOCK;
    }

    @Override
    public Object scope() {
        return client;
    }

    @Override
    public Acquirable create(String key, LockOptions options) {
        DistributedLock lock = client.lock(key);
        if (options.name() != null) {
            lock = lock.withName(options.name());
        }
        if (options.acquireTimeout() != null) {
            lock = lock.withAcquireTimeout(options.acquireTimeout());
        }
        if (options.leaseTtl() != null) {
            lock = lock.withLease(options.leaseTtl());
        }
        if (options.renewRatio() != null) {
            lock = lock.withRenewRatio(options.renewRatio());
        }
        return Boolean.FALSE.equals(options.renewal()) ? lock.withoutRenewal() : lock;
    }
}
