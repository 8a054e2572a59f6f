package io.dflockd.embedded.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Locks, semaphores and read-write locks: their holders, their waiters, and the order in which slots are handed on. */
public final class LockTable {

    private final LockRules rules;
    private final LeaseClock clock;
    private final TwoPhase twoPhase;
    private final Tokens tokens = new Tokens();
    private final Map<String, Resource> resources = new LinkedHashMap<>();
    private long fences;

    public LockTable(LockRules rules) {
        this.rules = rules;
        this.clock = new LeaseClock(rules.virtualTime());
        this.twoPhase = new TwoPhase(this, rules.dialect());
    }

    /** Grants, queues or refuses. A queued {@link Waiter} must end with its grant or with {@link #abandon}. */
    public Outcome acquire(Session session, String key, long limit, HoldMode mode, LeaseTime lease) {
        Resource resource = resources.get(key);
        if (resource == null) {
            if (resources.size() >= rules.maxLocks()) {
                return Refusal.MAX_LOCKS;
            }
            resource = new Resource(key, limit);
            resources.put(key, resource);
        } else if (resource.limit() != limit) {
            boolean sameType = resource.isReadWrite() == (mode != HoldMode.SLOT);
            return sameType ? Refusal.LIMIT_MISMATCH : Refusal.TYPE_MISMATCH;
        }
        long now = clock.nanos();
        resource.lastActivity = now;
        evictExpired(resource, now);
        if (resource.queue.isEmpty() && resource.admits(mode)) {
            return grant(session, resource, mode, lease, now);
        }
        if (rules.maxWaiters() > 0 && resource.queue.size() >= rules.maxWaiters()) {
            return Refusal.MAX_WAITERS;
        }
        Waiter waiter = new Waiter(session, resource, mode, lease);
        resource.queue.add(waiter);
        session.waiting.add(waiter);
        return waiter;
    }

    /** The first phase of a two-phase acquisition. */
    public Outcome enqueue(Session session, String key, long limit, HoldMode mode, LeaseTime lease) {
        return twoPhase.enqueue(session, key, limit, mode, lease);
    }

    /** The second phase. A {@link Waiter} is still queued and must end with its grant or with {@link #abandon}. */
    public Outcome await(Session session, String key) {
        return twoPhase.await(session, key);
    }

    /** Takes a waiter out of its queue. */
    public void abandon(Waiter waiter) {
        Resource resource = waiter.resource;
        waiter.session.waiting.remove(waiter);
        if (resource.queue.remove(waiter)) {
            long now = clock.nanos();
            resource.lastActivity = now;
            grantNext(resource, now);
        }
    }

    /** Frees a slot; {@link Refusal#UNKNOWN} if there is no such token. */
    public Outcome release(String key, String token) {
        return withHolder(key, token, (holder, now) -> {
            takeAway(holder, now);
            return holder;
        });
    }

    /** Restarts a lease; the refusal depends on the generation. */
    public Outcome renew(String key, String token, LeaseTime lease) {
        return withHolder(key, token, (holder, now) -> {
            if (holder.expired(now)) {
                takeAway(holder, now);
                return rules.dialect().reportsExpiryOnRenew() ? Refusal.LEASE_EXPIRED : Refusal.UNKNOWN;
            }
            holder.renew(lease, now);
            return holder;
        });
    }

    private interface HolderAction {
        Outcome on(Holder holder, long now);
    }

    private Outcome withHolder(String key, String token, HolderAction action) {
        Resource resource = resources.get(key);
        if (resource == null) {
            return Refusal.UNKNOWN;
        }
        long now = clock.nanos();
        resource.lastActivity = now;
        Holder holder = resource.holders.get(token);
        return holder == null ? Refusal.UNKNOWN : action.on(holder, now);
    }

    private void takeAway(Holder holder, long now) {
        remove(holder, now);
        twoPhase.released(holder);
        grantNext(holder.resource, now);
    }

    /** Takes a holder away if its lease is over, and hands its slot on. */
    void removeIfExpired(Holder holder) {
        long now = clock.nanos();
        if (holder.active && holder.expired(now)) {
            remove(holder, now);
            grantNext(holder.resource, now);
        }
    }

    /** Frees all slots of a session and takes it out of every queue, unless auto-release is off. */
    public void disconnect(Session session) {
        if (!rules.autoReleaseOnDisconnect()) {
            return;
        }
        long now = clock.nanos();
        Set<Resource> touched = new LinkedHashSet<>();
        session.enqueued.clear();
        for (Waiter waiter : session.waiting) {
            waiter.resource.queue.remove(waiter);
            touched.add(waiter.resource);
        }
        session.waiting.clear();
        for (Holder holder : List.copyOf(session.held)) {
            remove(holder, now);
            touched.add(holder.resource);
        }
        for (Resource resource : touched) {
            resource.lastActivity = now;
            grantNext(resource, now);
        }
    }

    /** Removes every holder whose lease is over and hands its slot on. */
    public void sweep() {
        long now = clock.nanos();
        resources.values().forEach(resource -> evictExpired(resource, now));
    }

    /** Forgets keys that have been idle for too long, and the limits of semaphores with them. */
    public void collectGarbage() {
        long now = clock.nanos();
        resources.values().removeIf(r -> r.isIdle() && r.idleNanos(now) > rules.gcMaxIdleNanos());
    }

    /** Ends the leases of a key as the sweep would; returns how many there were. */
    public int expireNow(String key) {
        Resource resource = resources.get(key);
        if (resource == null) {
            return 0;
        }
        long now = clock.nanos();
        int count = resource.holders.size();
        resource.holders.values().forEach(holder -> holder.expireAt(now));
        evictExpired(resource, now);
        return count;
    }

    /** Lets leases and idle times age, then removes expired leases and keys. */
    public void advanceClock(Duration time) {
        clock.advance(time.toNanos());
        sweep();
        collectGarbage();
    }

    /** All keys, idle ones included. */
    public Collection<Resource> resources() {
        return Collections.unmodifiableCollection(resources.values());
    }

    /** The time on the clock of the leases. */
    public long now() {
        return clock.nanos();
    }

    /** The fence of the latest grant, 0 before the first. */
    public long lastFence() {
        return fences;
    }

    private Holder grant(Session session, Resource resource, HoldMode mode, LeaseTime lease, long now) {
        Holder holder = new Holder(session, resource, tokens.next(), ++fences, mode, lease, now);
        resource.holders.put(holder.token(), holder);
        resource.lastActivity = now;
        session.held.add(holder);
        return holder;
    }

    private void grantNext(Resource resource, long now) {
        if (resource.queue.isEmpty()) {
            return;
        }
        List<Waiter> granted = new ArrayList<>(1);
        for (Iterator<Waiter> queue = resource.queue.iterator(); queue.hasNext(); ) {
            Waiter waiter = queue.next();
            if (!resource.admits(waiter.mode)) {
                break;
            }
            queue.remove();
            waiter.session.waiting.remove(waiter);
            waiter.holder = grant(waiter.session, resource, waiter.mode, waiter.lease, now);
            granted.add(waiter);
        }
        granted.forEach(Waiter::granted);
    }

    private static void remove(Holder holder, long now) {
        holder.active = false;
        holder.resource.holders.remove(holder.token());
        holder.resource.lastActivity = now;
        holder.session.held.remove(holder);
    }

    private void evictExpired(Resource resource, long now) {
        List<Holder> expired = resource.holders.isEmpty()
                ? List.of()
                : resource.holders.values().stream().filter(h -> h.expired(now)).toList();
        if (!expired.isEmpty()) {
            expired.forEach(holder -> {
                remove(holder, now);
                twoPhase.expired(holder);
            });
            grantNext(resource, now);
        }
    }
}
