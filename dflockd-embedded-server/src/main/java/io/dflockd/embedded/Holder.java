package io.dflockd.embedded;

/** One granted slot of a resource. Confined to the event loop. */
final class Holder implements Outcome {

    final Session session;
    final Resource resource;
    final String token;
    final long fence;
    final Mode mode;
    Lease lease;
    long expiresAt;
    /** False from the moment the slot was released, expired or taken away. */
    boolean active = true;

    /** Where its {@link Session} keeps it. */
    int position;

    Holder(Session session, Resource resource, String token, long fence, Mode mode, Lease lease, long now) {
        this.session = session;
        this.resource = resource;
        this.token = token;
        this.fence = fence;
        this.mode = mode;
        this.lease = lease;
        this.expiresAt = LeaseClock.saturatingAdd(now, lease.nanos());
    }

    void renew(Lease newLease, long now) {
        lease = newLease;
        expiresAt = LeaseClock.saturatingAdd(now, newLease.nanos());
    }

    boolean expired(long now) {
        return expiresAt <= now;
    }
}
