package io.dflockd.embedded.table;

/** One granted slot of a {@link Resource}. */
public final class Holder implements Outcome {

    final Session session;
    final Resource resource;
    final HoldMode mode;
    /** False as soon as the slot was released, expired or taken away. */
    boolean active = true;

    private final String token;
    private final long fence;
    private LeaseTime lease;
    private long expiresAt;

    Holder(Session session, Resource resource, String token, long fence, HoldMode mode, LeaseTime lease, long now) {
        this.session = session;
        this.resource = resource;
        this.token = token;
        this.fence = fence;
        this.mode = mode;
        this.lease = lease;
        this.expiresAt = LeaseClock.saturatingAdd(now, lease.nanos());
    }

    void renew(LeaseTime newLease, long now) {
        lease = newLease;
        expiresAt = LeaseClock.saturatingAdd(now, newLease.nanos());
    }

    void expireAt(long now) {
        expiresAt = now;
    }

    boolean expired(long now) {
        return expiresAt <= now;
    }

    public String token() {
        return token;
    }

    public long fence() {
        return fence;
    }

    public HoldMode mode() {
        return mode;
    }

    public LeaseTime lease() {
        return lease;
    }

    /** Negative if the lease has ended and no sweep has removed the holder yet. */
    public long remainingNanos(long now) {
        return expiresAt - now;
    }

    /** The number of the connection that acquired the slot. */
    public long connectionId() {
        return session.id();
    }
}
