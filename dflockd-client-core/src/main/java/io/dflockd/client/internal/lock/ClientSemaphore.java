package io.dflockd.client.internal.lock;

import io.dflockd.client.DistributedSemaphore;

/** A {@link DistributedSemaphore} of a client. */
final class ClientSemaphore extends AbstractAcquirable<DistributedSemaphore> implements DistributedSemaphore {

    ClientSemaphore(Locks locks, LockSpec spec) {
        super(locks, spec);
    }

    @Override
    public int limit() {
        return spec().target().limit();
    }

    @Override
    protected DistributedSemaphore with(LockSpec changed) {
        return new ClientSemaphore(locks(), changed);
    }
}
