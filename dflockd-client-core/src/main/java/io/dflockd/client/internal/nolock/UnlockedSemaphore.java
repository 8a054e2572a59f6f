package io.dflockd.client.internal.nolock;

import io.dflockd.client.DistributedSemaphore;
import io.dflockd.client.internal.lock.LockSpec;

/** A semaphore that keeps nobody out, whatever its limit. */
final class UnlockedSemaphore extends UnlockedAcquirable<DistributedSemaphore> implements DistributedSemaphore {

    UnlockedSemaphore(UnlockedClient client, LockSpec spec) {
        super(client, spec);
    }

    @Override
    public int limit() {
        return spec().target().limit();
    }

    @Override
    protected DistributedSemaphore with(LockSpec changed) {
        return new UnlockedSemaphore(client(), changed);
    }
}
