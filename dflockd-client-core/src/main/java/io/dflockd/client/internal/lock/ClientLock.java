package io.dflockd.client.internal.lock;

import io.dflockd.client.DistributedLock;
import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ReentrantDistributedLock;
import io.dflockd.client.internal.reentrant.LockSource;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A {@link DistributedLock} of a client. */
final class ClientLock extends AbstractAcquirable<DistributedLock> implements DistributedLock, LockSource {

    ClientLock(Locks locks, LockSpec spec) {
        super(locks, spec);
    }

    @Override
    protected DistributedLock with(LockSpec changed) {
        return new ClientLock(locks(), changed);
    }

    @Override
    public ReentrantDistributedLock asReentrantLock() {
        return locks().owners().lock(this);
    }

    @Override
    public ReentrantDistributedLock asReentrantLock(Object domain) {
        return locks().owners().lock(this, domain);
    }

    @Override
    public Optional<LockHandle> tryAcquire(@Nullable Duration lease, Duration timeout) throws InterruptedException {
        return leased(lease).tryAcquire(timeout);
    }

    @Override
    public Optional<LockHandle> tryAcquireUninterruptibly(@Nullable Duration lease, Duration timeout) {
        return leased(lease).tryAcquireUninterruptibly(timeout);
    }

    private ClientLock leased(@Nullable Duration lease) {
        return lease == null ? this : new ClientLock(locks(), spec().withLeaseSeconds(FieldRules.leaseSeconds(lease)));
    }
}
