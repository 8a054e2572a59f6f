package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdClientListener.Subject;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.wire.Target;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to acquire and how.
 *
 * @param target the key
 * @param name the logical name
 * @param leaseSeconds the lease to ask for; 0 leaves it to the server
 * @param acquireTimeout how long {@code acquire} waits
 * @param renewRatio after which part of the lease it is renewed
 * @param renewal whether it is renewed
 */
record LockSpec(
        Target target,
        @Nullable String name,
        long leaseSeconds,
        Duration acquireTimeout,
        double renewRatio,
        boolean renewal) {

    Subject subject(ServerAddress server) {
        return new Subject(target.kind(), name, target.key(), server);
    }

    LockSpec withLeaseSeconds(long seconds) {
        return new LockSpec(target, name, seconds, acquireTimeout, renewRatio, renewal);
    }

    LockSpec withAcquireTimeout(Duration timeout) {
        return new LockSpec(target, name, leaseSeconds, timeout, renewRatio, renewal);
    }

    LockSpec withRenewRatio(double ratio) {
        return new LockSpec(target, name, leaseSeconds, acquireTimeout, ratio, renewal);
    }

    LockSpec withoutRenewal() {
        return new LockSpec(target, name, leaseSeconds, acquireTimeout, renewRatio, false);
    }

    LockSpec withName(String newName) {
        return new LockSpec(target, newName, leaseSeconds, acquireTimeout, renewRatio, renewal);
    }
}
