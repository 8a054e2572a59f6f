package io.dflockd.spring.lock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockKind;

/**
 * Semaphores of a client with one limit.
 *
 * @param client the client
 * @param limit the limit
 */
record ClientSemaphores(DflockdClient client, int limit) implements AcquirableFactory {

    @Override
    public LockKind kind() {
        return LockKind.SEMAPHORE;
    }

    @Override
    public Object scope() {
        return client;
    }

    @Override
    public Acquirable<?> create(String key, LockOptions options) {
        return options.applyTo(client.semaphore(key, limit));
    }
}
