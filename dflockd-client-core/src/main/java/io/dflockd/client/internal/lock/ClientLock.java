package io.dflockd.client.internal.lock;

import io.dflockd.client.DistributedLock;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.internal.wire.FieldRules;
import java.time.Duration;

/** A {@link DistributedLock} of a client. */
final class ClientLock extends Verbs implements DistributedLock {

    ClientLock(LockRuntime runtime, LockSpec spec) {
        super(runtime, spec);
    }

    @Override
    public DistributedLock withLease(Duration lease) {
        return new ClientLock(runtime(), spec().withLeaseSeconds(FieldRules.leaseSeconds(lease)));
    }

    @Override
    public DistributedLock withAcquireTimeout(Duration timeout) {
        FieldRules.timeoutSeconds(timeout);
        return new ClientLock(runtime(), spec().withAcquireTimeout(timeout));
    }

    @Override
    public DistributedLock withRenewRatio(double ratio) {
        if (!(ratio > 0 && ratio < 1)) {
            throw new InvalidArgumentException("renew ratio " + ratio + " is not between 0 and 1 (both exclusive)");
        }
        return new ClientLock(runtime(), spec().withRenewRatio(ratio));
    }

    @Override
    public DistributedLock withoutRenewal() {
        return new ClientLock(runtime(), spec().withoutRenewal());
    }

    @Override
    public DistributedLock withName(String name) {
        return new ClientLock(runtime(), spec().withName(name));
    }

    @Override
    public String toString() {
        return spec().target().describe();
    }
}
