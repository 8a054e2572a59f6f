package io.dflockd.spring.lock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockKind;

/**
 * Locks of a client.
 *
 * @param client the client
 */
record ClientLocks(DflockdClient client) implements AcquirableFactory {

    @Override
    public LockKind kind() {
        return LockKind.LOCK;
    }

    @Override
    public Object scope() {
        return client;
    }

    @Override
    public Acquirable<?> create(String key, LockOptions options) {
        return options.applyTo(client.lock(key));
    }
}
