package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdClientListener.Subject;
import io.dflockd.client.FieldRules;
import io.dflockd.client.ReleaseMode;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.client.internal.settings.HoldLimits;
import io.dflockd.client.internal.wire.Target;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to acquire and how.
 *
 * @param target the key
 * @param name the logical name, null for none
 * @param leaseSeconds the requested lease; 0 leaves it to the server
 * @param acquireTimeout how long {@code acquire} waits
 * @param renewRatio the part of the lease after which it is renewed
 * @param renewal whether it is renewed
 * @param limits how long it is held at least and at most
 * @param release whether a release waits for its confirmation
 */
public record LockSpec(
        Target target,
        @Nullable String name,
        long leaseSeconds,
        Duration acquireTimeout,
        double renewRatio,
        boolean renewal,
        HoldLimits limits,
        ReleaseMode release) {

    private static final Target NO_TARGET = Target.lock("_");

    /** The client's defaults, to be used with a target. */
    public static LockSpec defaults(ClientSettings settings) {
        long leaseSeconds = settings.lease == null ? 0 : FieldRules.leaseSeconds(settings.lease);
        return new LockSpec(
                NO_TARGET,
                null,
                leaseSeconds,
                settings.acquireTimeout,
                settings.renewRatio,
                settings.renewal,
                HoldLimits.of(settings.holdAtLeast, settings.holdAtMost),
                settings.release);
    }

    Subject subject(ServerAddress server) {
        return new Subject(target.kind(), name, target.key(), server);
    }

    /** The same for another key. */
    public LockSpec withTarget(Target newTarget) {
        return new LockSpec(newTarget, name, leaseSeconds, acquireTimeout, renewRatio, renewal, limits, release);
    }

    LockSpec withName(String newName) {
        return new LockSpec(target, newName, leaseSeconds, acquireTimeout, renewRatio, renewal, limits, release);
    }

    /** The same with another lease. */
    public LockSpec withLeaseSeconds(long seconds) {
        return new LockSpec(target, name, seconds, acquireTimeout, renewRatio, renewal, limits, release);
    }

    LockSpec withAcquireTimeout(Duration timeout) {
        return new LockSpec(target, name, leaseSeconds, timeout, renewRatio, renewal, limits, release);
    }

    LockSpec withRenewRatio(double ratio) {
        return new LockSpec(target, name, leaseSeconds, acquireTimeout, ratio, renewal, limits, release);
    }

    LockSpec withoutRenewal() {
        return new LockSpec(target, name, leaseSeconds, acquireTimeout, renewRatio, false, limits, release);
    }

    /** The same with renewal, without limits of the hold, and with releases that are confirmed. */
    public LockSpec lasting() {
        HoldLimits none = HoldLimits.of(null, null);
        return new LockSpec(target, name, leaseSeconds, acquireTimeout, renewRatio, true, none, ReleaseMode.CONFIRMED);
    }

    LockSpec withLimits(HoldLimits newLimits) {
        return new LockSpec(target, name, leaseSeconds, acquireTimeout, renewRatio, renewal, newLimits, release);
    }

    LockSpec withRelease(ReleaseMode mode) {
        return new LockSpec(target, name, leaseSeconds, acquireTimeout, renewRatio, renewal, limits, mode);
    }
}
