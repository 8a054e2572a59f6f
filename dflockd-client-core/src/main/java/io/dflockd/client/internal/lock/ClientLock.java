package io.dflockd.client.internal.lock;

import io.dflockd.client.DistributedLock;
import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ReentrantDistributedLock;
import io.dflockd.client.internal.reentrant.LockSource;
import java.time.Duration;

/** A {@link DistributedLock} of a client. */
final class ClientLock extends AbstractAcquirable<DistributedLock> implements DistributedLock, LockSource {

    ClientLock(Locks locks, LockSpec spec) {
        super(locks, spec);
    }

    @Override
    protected ClientLock with(LockSpec changed) {
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
    public LockSource leased(Duration lease) {
        return with(spec().withLeaseSeconds(FieldRules.leaseSeconds(lease)));
    }

    @Override
    public LockHandle.State release(LockHandle handle) {
        return ((Handle) handle).releaseAfterVerdict();
    }
}
