package io.dflockd.client.internal.nolock;

import io.dflockd.client.DistributedSemaphore;

/** A semaphore that keeps nobody out, whatever its limit. */
final class UnlockedSemaphore extends UnlockedAcquirable<DistributedSemaphore> implements DistributedSemaphore {

    private final int limit;

    UnlockedSemaphore(Options options, int limit) {
        super(options);
        this.limit = limit;
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    DistributedSemaphore with(Options changed) {
        return new UnlockedSemaphore(changed, limit);
    }
}
