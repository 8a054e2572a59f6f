package io.dflockd.client.internal.lock;

import io.dflockd.client.DistributedSemaphore;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.internal.wire.FieldRules;
import java.time.Duration;

/** A {@link DistributedSemaphore} of a client. */
final class ClientSemaphore extends Verbs implements DistributedSemaphore {

    ClientSemaphore(LockRuntime runtime, LockSpec spec) {
        super(runtime, spec);
    }

    @Override
    public int limit() {
        return spec().target().limit();
    }

    @Override
    public DistributedSemaphore withLease(Duration lease) {
        return new ClientSemaphore(runtime(), spec().withLeaseSeconds(FieldRules.leaseSeconds(lease)));
    }

    @Override
    public DistributedSemaphore withAcquireTimeout(Duration timeout) {
        FieldRules.timeoutSeconds(timeout);
        return new ClientSemaphore(runtime(), spec().withAcquireTimeout(timeout));
    }

    @Override
    public DistributedSemaphore withRenewRatio(double ratio) {
        if (!(ratio > 0 && ratio < 1)) {
            throw new InvalidArgumentException("renew ratio " + ratio + " is not between 0 and 1 (both exclusive)");
        }
        return new ClientSemaphore(runtime(), spec().withRenewRatio(ratio));
    }

    @Override
    public DistributedSemaphore withoutRenewal() {
        return new ClientSemaphore(runtime(), spec().withoutRenewal());
    }

    @Override
    public DistributedSemaphore withName(String name) {
        return new ClientSemaphore(runtime(), spec().withName(name));
    }

    @Override
    public String toString() {
        return spec().target().describe();
    }
}
