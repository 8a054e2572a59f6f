package io.dflockd.spring.lock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdClientListener.Kind;
import io.dflockd.client.DistributedSemaphore;

/**
 * Semaphores of a client with one limit.
 *
 * @param client the client
 * @param limit the limit
 */
record ClientSemaphores(DflockdClient client, int limit) implements AcquirableFactory {

    @Override
    public Kind kind() {
        return Kind.SEMAPHORE;
    }

    @Override
    public Object scope() {
        return client;
    }

    @Override
    public Acquirable create(String key, LockOptions options) {
        DistributedSemaphore semaphore = client.semaphore(key, limit);
        if (options.name() != null) {
            semaphore = semaphore.withName(options.name());
        }
        if (options.acquireTimeout() != null) {
            semaphore = semaphore.withAcquireTimeout(options.acquireTimeout());
        }
        if (options.leaseTtl() != null) {
            semaphore = semaphore.withLease(options.leaseTtl());
        }
        if (options.renewRatio() != null) {
            semaphore = semaphore.withRenewRatio(options.renewRatio());
        }
        return Boolean.FALSE.equals(options.renewal()) ? semaphore.withoutRenewal() : semaphore;
    }
}
