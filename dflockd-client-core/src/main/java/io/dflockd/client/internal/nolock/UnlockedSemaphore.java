package io.dflockd.client.internal.nolock;

import io.dflockd.client.DistributedSemaphore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A semaphore that keeps nobody out, whatever its limit. */
final class UnlockedSemaphore extends UnlockedAcquirable<DistributedSemaphore> implements DistributedSemaphore {

    private final int limit;

    UnlockedSemaphore(UnlockedClient client, String key, Duration lease, @Nullable String name, int limit) {
        super(client, key, lease, name);
        this.limit = limit;
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    DistributedSemaphore with(Duration lease, @Nullable String name) {
        return new UnlockedSemaphore(client(), key(), lease, name, limit);
    }

    @Override
    DistributedSemaphore self() {
        return this;
    }
}
