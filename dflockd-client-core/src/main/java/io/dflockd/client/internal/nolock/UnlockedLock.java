package io.dflockd.client.internal.nolock;

import io.dflockd.client.DistributedLock;
import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ReentrantDistributedLock;
import io.dflockd.client.internal.lock.LockSpec;
import io.dflockd.client.internal.reentrant.LockSource;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A lock that keeps nobody out. */
final class UnlockedLock extends UnlockedAcquirable<DistributedLock> implements DistributedLock, LockSource {

    UnlockedLock(UnlockedClient client, LockSpec spec) {
        super(client, spec);
    }

    @Override
    protected DistributedLock with(LockSpec changed) {
        return new UnlockedLock(client(), changed);
    }

    @Override
    public ReentrantDistributedLock asReentrantLock() {
        return client().owners().lock(this);
    }

    @Override
    public ReentrantDistributedLock asReentrantLock(Object domain) {
        return client().owners().lock(this, domain);
    }

    @Override
    public Optional<LockHandle> tryAcquire(@Nullable Duration lease, Duration timeout) {
        LockSpec leased = lease == null ? spec() : spec().withLeaseSeconds(FieldRules.leaseSeconds(lease));
        return new UnlockedLock(client(), leased).tryAcquire(timeout);
    }

    @Override
    public Optional<LockHandle> tryAcquireUninterruptibly(@Nullable Duration lease, Duration timeout) {
        return tryAcquire(lease, timeout);
    }
}
