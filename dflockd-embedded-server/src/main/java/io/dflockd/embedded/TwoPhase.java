package io.dflockd.embedded;

/**
 * Acquisition in two phases: {@code e} takes a place, {@code w} waits for it. What lies between is kept in the
 * {@link Session}, as an {@link Enqueued} per key. Confined to the event loop.
 */
final class TwoPhase {

    private final LockTable table;
    private final Generation generation;

    TwoPhase(LockTable table, Generation generation) {
        this.table = table;
        this.generation = generation;
    }

    /** The first phase; as {@link LockTable#acquire}, but once for each key of a session. */
    Outcome enqueue(Session session, String key, long limit, Mode mode, Lease lease) {
        Enqueued earlier = session.enqueued.get(key);
        if (earlier != null) {
            if (!earlier.expired) {
                return Refusal.ALREADY_ENQUEUED;
            }
            session.enqueued.remove(key);
        }
        Outcome outcome = table.acquire(session, key, limit, mode, lease);
        if (outcome instanceof Holder holder) {
            session.enqueued.put(key, new Enqueued(holder, null));
        } else if (outcome instanceof Waiter waiter) {
            session.enqueued.put(key, new Enqueued(null, waiter));
        }
        return outcome;
    }

    /**
     * The second phase. A {@link Waiter} is still queued and must end by its grant or by {@link LockTable#abandon}.
     */
    Outcome await(Session session, String key) {
        // Whatever the outcome, the entry is gone afterwards; while the wait blocks, its session asks nothing else.
        Enqueued entry = session.enqueued.remove(key);
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
        return generation.remembersExpiredEnqueues() ? Refusal.LEASE_EXPIRED : waiter.holder;
    }

    /** The second phase makes the lease full again. */
    private Holder renewed(Holder holder) {
        holder.renew(holder.lease, table.now());
        return holder;
    }

    /** A holder was released: the next {@code w} of its session finds nothing. */
    void released(Holder holder) {
        Enqueued entry = holder.session.enqueued.get(holder.resource.key);
        if (entry != null && entry.carries(holder)) {
            holder.session.enqueued.remove(holder.resource.key);
        }
    }

    /** The lease of a holder ran out: the next {@code w} of its session is told so, if the generation does that. */
    void expired(Holder holder) {
        Enqueued entry = holder.session.enqueued.get(holder.resource.key);
        if (entry == null || !entry.carries(holder)) {
            return;
        }
        if (generation.remembersExpiredEnqueues()) {
            entry.expired = true;
        } else if (entry.acquired == holder) {
            holder.session.enqueued.remove(holder.resource.key);
        }
    }
}
