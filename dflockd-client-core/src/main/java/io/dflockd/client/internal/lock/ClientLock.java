package io.dflockd.client.internal.lock;

import io.dflockd.client.DistributedLock;

/** A {@link DistributedLock} of a client. */
final class ClientLock extends AbstractAcquirable<DistributedLock> implements DistributedLock {

    ClientLock(Locks locks, LockSpec spec) {
        super(locks, spec);
    }

    @Override
    DistributedLock with(LockSpec changed) {
        return new ClientLock(locks(), changed);
    }
}
