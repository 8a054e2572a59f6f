package io.dflockd.embedded.table;

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
    Outcome enqueue(Session session, String key, long limit, HoldMode mode, LeaseTime lease) {
        TwoPhaseEntry earlier = session.enqueued.get(key);
        if (earlier != null) {
            if (!earlier.expired) {
                return Refusal.ALREADY_ENQUEUED;
            }
            session.enqueued.remove(key);
        }
        Outcome outcome = table.acquire(session, key, limit, mode, lease);
        if (outcome instanceof Holder holder) {
            session.enqueued.put(key, new TwoPhaseEntry(holder, null));
        } else if (outcome instanceof Waiter waiter) {
            session.enqueued.put(key, new TwoPhaseEntry(null, waiter));
        }
        return outcome;
    }

    /**
     * The second phase. A {@link Waiter} is still queued and must end by its grant or by {@link LockTable#abandon}.
     */
    Outcome await(Session session, String key) {
        // The entry is gone whatever the outcome; while the wait blocks, its session sends no other request.
        TwoPhaseEntry entry = session.enqueued.remove(key);
        if (entry == null) {
            return Refusal.NOT_ENQUEUED;
        }
        if (entry.expired) {
            return Refusal.LEASE_EXPIRED;
        }
        if (entry.acquired != null) {
            table.removeIfExpired(entry.acquired);
            return entry.acquired.active ? renewed(entry.acquired) : Refusal.LEASE_EXPIRED;
        }
        Waiter waiter = entry.queued;
        if (waiter == null || waiter.holder == null) {
            return waiter == null ? Refusal.NOT_ENQUEUED : waiter;
        }
        if (waiter.holder.active) {
            return renewed(waiter.holder);
        }
        return dialect.remembersExpiredEnqueues() ? Refusal.LEASE_EXPIRED : waiter.holder;
    }

    /** The second phase restarts the lease. */
    private Holder renewed(Holder holder) {
        holder.renew(holder.lease(), table.now());
        return holder;
    }

    /** A holder was released: the next {@code w} of its session finds nothing. */
    void released(Holder holder) {
        TwoPhaseEntry entry = holder.session.enqueued.get(holder.resource.key());
        if (entry != null && entry.carries(holder)) {
            holder.session.enqueued.remove(holder.resource.key());
        }
    }

    /** The lease of a holder ran out: the next {@code w} of its session reports that, if the generation does. */
    void expired(Holder holder) {
        TwoPhaseEntry entry = holder.session.enqueued.get(holder.resource.key());
        if (entry == null || !entry.carries(holder)) {
            return;
        }
        if (dialect.remembersExpiredEnqueues()) {
            entry.expired = true;
        } else if (entry.acquired == holder) {
            holder.session.enqueued.remove(holder.resource.key());
        }
    }
}
