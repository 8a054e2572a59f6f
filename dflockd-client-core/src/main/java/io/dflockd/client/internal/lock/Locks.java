package io.dflockd.client.internal.lock;

import io.dflockd.client.DistributedLock;
import io.dflockd.client.DistributedSemaphore;
import io.dflockd.client.FieldRules;
import io.dflockd.client.internal.wire.Target;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes the locks and semaphores of a client, with the client's defaults. */
public final class Locks {

    private final LockRegister runtime;

    private final Duration acquireTimeout;

    private final long leaseSeconds;

    private final double renewRatio;

    private final boolean renewal;

    /** With the client's defaults; a null lease leaves it to the server. */
    public Locks(
            LockRegister runtime,
            Duration acquireTimeout,
            @Nullable Duration lease,
            double renewRatio,
            boolean renewal) {
        this.runtime = runtime;
        this.acquireTimeout = acquireTimeout;
        this.leaseSeconds = lease == null ? 0 : FieldRules.leaseSeconds(lease);
        this.renewRatio = renewRatio;
        this.renewal = renewal;
    }

    /** A lock. */
    public DistributedLock lock(String key) {
        return new ClientLock(runtime, spec(Target.lock(key)));
    }

    /** A semaphore. */
    public DistributedSemaphore semaphore(String key, int limit) {
        return new ClientSemaphore(runtime, spec(Target.semaphore(key, limit)));
    }

    private LockSpec spec(Target target) {
        return new LockSpec(target, null, leaseSeconds, acquireTimeout, renewRatio, renewal);
    }
}
