package io.dflockd.client.internal.nolock;

import io.dflockd.client.DistributedLock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A lock that keeps nobody out. */
final class UnlockedLock extends UnlockedAcquirable<DistributedLock> implements DistributedLock {

    UnlockedLock(UnlockedClient client, String key, Duration lease, @Nullable String name) {
        super(client, key, lease, name);
    }

    @Override
    DistributedLock with(Duration lease, @Nullable String name) {
        return new UnlockedLock(client(), key(), lease, name);
    }

    @Override
    DistributedLock self() {
        return this;
    }
}
