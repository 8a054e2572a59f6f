package io.dflockd.client.internal.lock;

import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.settings.HoldLimits;
import java.time.Duration;

/**
 * The times of one {@link Holding}, on the client's monotonic clock: the end of its lease, its minimum and its maximum time. The
 * loop writes the lease, the owner of the handle may write the limits, and all threads read them.
 */
final class HoldTimes {

    private final long grantedAt;
    private volatile long leaseEnd;
    /** From {@code grantedAt} on. */
    private volatile HoldLimits limits;

    /** Without a lease yet. */
    HoldTimes(long grantedAt, HoldLimits limits) {
        this.grantedAt = grantedAt;
        this.limits = limits;
    }

    /** A renewal is sent that may shorten the lease, whether or not its answer comes. On the event loop. */
    void asked(long sentAt, long seconds) {
        long end = sentAt + Durations.ofSeconds(seconds);
        if (end - leaseEnd < 0) {
            leaseEnd = end;
        }
    }

    /** The server granted it or confirmed a renewal; 0 seconds are the lease that was asked for. On the event loop. */
    void confirmed(long sentAt, long askedSeconds, long seconds) {
        leaseEnd = sentAt + Durations.ofSeconds(seconds == 0 ? askedSeconds : Math.min(askedSeconds, seconds));
    }

    /** Sets other limits, which count from now on. Any thread. */
    void limit(HoldLimits fromNow, long now) {
        limits = fromNow.after(now - grantedAt);
    }

    long remainingLease(long now) {
        return leaseEnd - now;
    }

    boolean haveMinimum() {
        return limits.atLeast() > 0;
    }

    long remainingMinimum(long now) {
        return grantedAt + limits.atLeast() - now;
    }

    long remainingMaximum(long now) {
        return grantedAt + limits.atMost() - now;
    }

    Duration sinceGrant(long now) {
        return Duration.ofNanos(Math.max(0, now - grantedAt));
    }
}
