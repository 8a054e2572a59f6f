package io.dflockd.embedded.table;

import io.dflockd.embedded.table.Dialect.ExpiredPlaces;

/**
 * Acquisition in two phases: {@code e} takes a place, {@code w} waits for it. The state between them is kept in the
 * {@link Session}, as a {@link TwoPhaseEntry} per key.
 */
final class TwoPhase {

    private final LockTable table;
    private final Dialect dialect;

    TwoPhase(LockTable table, Dialect dialect) {
        this.table = table;
        this.dialect = dialect;
    }

    /** The first phase. Each key of a session can be enqueued once. */
    Outcome enqueue(Session session, ResourceName name, long limit, HoldMode mode, LeaseTime lease) {
        TwoPhaseEntry earlier = session.enqueued.get(name);
        if (earlier != null) {
            if (!earlier.expired) {
                return Refusal.ALREADY_ENQUEUED;
            }
            session.enqueued.remove(name);
        }
        Outcome outcome = table.acquire(session, name, limit, mode, lease);
        if (outcome instanceof Holder holder) {
            session.enqueued.put(name, new TwoPhaseEntry(holder, null));
        } else if (outcome instanceof Waiter waiter) {
            session.enqueued.put(name, new TwoPhaseEntry(null, waiter));
        }
        return outcome;
    }

    /**
     * The second phase. A {@link Waiter} is still queued and must end by its grant or by {@link LockTable#abandon}.
     */
    Outcome await(Session session, ResourceName name) {
        // The entry is gone whatever the outcome; while the wait blocks, its session sends no other request.
        TwoPhaseEntry entry = session.enqueued.remove(name);
        if (entry == null) {
            return Refusal.NOT_ENQUEUED;
        }
        if (entry.expired) {
            return Refusal.LEASE_EXPIRED;
        }
        Waiter waiter = entry.queued;
        if (waiter != null && waiter.holder == null && table.isStalled(waiter.resource)) {
            session.enqueued.put(name, entry);
            return Refusal.NO_FENCE;
        }
        if (waiter != null && waiter.holder == null) {
            return waiter;
        }
        return granted(entry);
    }

    private Outcome granted(TwoPhaseEntry entry) {
        Holder holder = entry.granted();
        if (holder == null) {
            return Refusal.NOT_ENQUEUED;
        }
        if (entry.queued == null || dialect.expiredPlaces() == ExpiredPlaces.FORGOTTEN) {
            table.removeIfExpired(holder);
        }
        if (holder.active) {
            return renewed(holder);
        }
        boolean dead = entry.queued != null && dialect.expiredPlaces() == ExpiredPlaces.DEAD_TOKEN;
        return dead ? holder : Refusal.LEASE_EXPIRED;
    }

    /** The second phase restarts the lease. */
    private Holder renewed(Holder holder) {
        holder.renew(holder.lease(), table.now());
        return holder;
    }

    /** A holder was released: the next {@code w} of its session finds nothing. */
    void released(Holder holder) {
        TwoPhaseEntry entry = holder.session.enqueued.get(holder.resource.name());
        if (entry != null && entry.carries(holder)) {
            holder.session.enqueued.remove(holder.resource.name());
        }
    }

    /** The lease of a holder ran out: the next {@code w} of its session reports that, if the generation does. */
    void expired(Holder holder) {
        TwoPhaseEntry entry = holder.session.enqueued.get(holder.resource.name());
        if (entry == null || !entry.carries(holder)) {
            return;
        }
        switch (dialect.expiredPlaces()) {
            case REPORTED -> entry.expired = true;
            case FORGOTTEN -> holder.session.enqueued.remove(holder.resource.name());
            case DEAD_TOKEN -> {
                if (entry.acquired == holder) {
                    holder.session.enqueued.remove(holder.resource.name());
                }
            }
        }
    }
}
