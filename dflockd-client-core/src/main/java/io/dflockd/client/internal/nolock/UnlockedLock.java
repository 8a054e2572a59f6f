package io.dflockd.client.internal.nolock;

import io.dflockd.client.DistributedLock;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ReentrantDistributedLock;
import io.dflockd.client.internal.reentrant.LockSource;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A lock that keeps nobody out. */
final class UnlockedLock extends UnlockedAcquirable<DistributedLock> implements DistributedLock, LockSource {

    UnlockedLock(Options options) {
        super(options);
    }

    @Override
    DistributedLock with(Options changed) {
        return new UnlockedLock(changed);
    }

    @Override
    public ReentrantDistributedLock asReentrantLock() {
        return options().client().owners().lock(this);
    }

    @Override
    public ReentrantDistributedLock asReentrantLock(Object domain) {
        return options().client().owners().lock(this, domain);
    }

    @Override
    public Optional<LockHandle> tryAcquire(@Nullable Duration lease, Duration timeout) {
        UnlockedLock leased = lease == null ? this : new UnlockedLock(options().withLease(lease));
        return leased.tryAcquire(timeout);
    }

    @Override
    public Optional<LockHandle> tryAcquireUninterruptibly(@Nullable Duration lease, Duration timeout) {
        return tryAcquire(lease, timeout);
    }
}
