package io.dflockd.embedded;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Locks, semaphores and read-write locks: who holds what, who waits for it, and in which order it is handed on. Knows
 * keys and sessions, but neither sockets nor lines.
 *
 * <p>Confined to the event loop; nothing in here blocks or locks.
 */
final class LockTable {

    private final Settings settings;
    private final LeaseClock clock;
    private final TwoPhase twoPhase;
    private final Tokens tokens = new Tokens();
    private final Map<String, Resource> resources = new LinkedHashMap<>();
    private long fences;

    LockTable(Settings settings, LeaseClock clock) {
        this.settings = settings;
        this.clock = clock;
        this.twoPhase = new TwoPhase(this, settings.generation());
    }

    TwoPhase twoPhase() {
        return twoPhase;
    }

    /** Grants, queues or refuses. A queued {@link Waiter} must end by its grant or by {@link #abandon}. */
    Outcome acquire(Session session, String key, long limit, Mode mode, Lease lease) {
        Resource resource = resources.get(key);
        if (resource == null) {
            if (resources.size() >= settings.maxLocks()) {
                return Refusal.MAX_LOCKS;
            }
            resource = new Resource(key, limit);
            resources.put(key, resource);
        } else if (resource.limit != limit) {
            boolean sameType = resource.isReadWrite() == (mode != Mode.SLOT);
            return sameType ? Refusal.LIMIT_MISMATCH : Refusal.TYPE_MISMATCH;
        }
        long now = clock.nanos();
        resource.lastActivity = now;
        if (evictExpired(resource, now)) {
            grantNext(resource, now);
        }
        if (resource.queue.isEmpty() && resource.admits(mode)) {
            return grant(session, resource, mode, lease, now);
        }
        if (settings.maxWaiters() > 0 && resource.queue.size() >= settings.maxWaiters()) {
            return Refusal.MAX_WAITERS;
        }
        Waiter waiter = new Waiter(session, resource, mode, lease);
        resource.queue.add(waiter);
        session.waiting.add(waiter);
        return waiter;
    }

    /** Takes a waiter out of its queue: its time is up, or its connection is going. */
    void abandon(Waiter waiter) {
        Resource resource = waiter.resource;
        waiter.session.waiting.remove(waiter);
        if (resource.queue.remove(waiter)) {
            long now = clock.nanos();
            resource.lastActivity = now;
            grantNext(resource, now);
        }
    }

    boolean release(String key, String token) {
        Resource resource = resources.get(key);
        if (resource == null) {
            return false;
        }
        long now = clock.nanos();
        resource.lastActivity = now;
        Holder holder = resource.holders.get(token);
        if (holder == null) {
            return false;
        }
        remove(holder, now);
        twoPhase.released(holder);
        grantNext(resource, now);
        return true;
    }

    Outcome renew(String key, String token, Lease lease) {
        Resource resource = resources.get(key);
        if (resource == null) {
            return Refusal.UNKNOWN;
        }
        long now = clock.nanos();
        resource.lastActivity = now;
        Holder holder = resource.holders.get(token);
        if (holder == null) {
            return Refusal.UNKNOWN;
        }
        if (holder.expired(now)) {
            remove(holder, now);
            twoPhase.released(holder);
            grantNext(resource, now);
            return settings.generation().tellsExpiryOnRenew() ? Refusal.LEASE_EXPIRED : Refusal.UNKNOWN;
        }
        holder.renew(lease, now);
        return holder;
    }

    /** Takes a holder away whose lease is over, and hands its slot on. */
    void removeIfExpired(Holder holder) {
        long now = clock.nanos();
        if (holder.active && holder.expired(now)) {
            remove(holder, now);
            grantNext(holder.resource, now);
        }
    }

    /** Frees all that a session holds and takes it out of every queue, unless auto-release is off. */
    void disconnect(Session session) {
        if (!settings.autoReleaseOnDisconnect()) {
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
        for (Holder holder : session.held()) {
            remove(holder, now);
            touched.add(holder.resource);
        }
        for (Resource resource : touched) {
            resource.lastActivity = now;
            grantNext(resource, now);
        }
    }

    /** Removes every holder whose lease is over and hands its slot on. */
    void sweep() {
        long now = clock.nanos();
        for (Resource resource : resources.values()) {
            if (evictExpired(resource, now)) {
                grantNext(resource, now);
            }
        }
    }

    /** Drops keys that nobody has used for longer than the limit; with them goes the memory of a semaphore's limit. */
    void collectGarbage() {
        long now = clock.nanos();
        resources.values().removeIf(r -> r.isIdle() && now - r.lastActivity > settings.gcMaxIdleNanos());
    }

    /** Ends the leases of a key now, as the sweep would; returns how many there were. */
    int expireNow(String key) {
        Resource resource = resources.get(key);
        if (resource == null) {
            return 0;
        }
        long now = clock.nanos();
        int count = resource.holders.size();
        resource.holders.forEach(h -> h.expiresAt = now);
        if (evictExpired(resource, now)) {
            grantNext(resource, now);
        }
        return count;
    }

    Iterable<Resource> resources() {
        return resources.values();
    }

    long now() {
        return clock.nanos();
    }

    /** The fence of the latest grant, 0 before the first. */
    long lastFence() {
        return fences;
    }

    private Holder grant(Session session, Resource resource, Mode mode, Lease lease, long now) {
        Holder holder = new Holder(session, resource, tokens.next(), ++fences, mode, lease, now);
        resource.holders.add(holder);
        resource.lastActivity = now;
        session.add(holder);
        return holder;
    }

    private void grantNext(Resource resource, long now) {
        if (resource.queue.isEmpty()) {
            return;
        }
        Iterator<Waiter> queue = resource.queue.iterator();
        List<Waiter> granted = new ArrayList<>(1);
        while (queue.hasNext()) {
            Waiter waiter = queue.next();
            if (!resource.admits(waiter.mode)) {
                break;
            }
            queue.remove();
            waiter.session.waiting.remove(waiter);
            waiter.holder = grant(waiter.session, resource, waiter.mode, waiter.lease, now);
            granted.add(waiter);
        }
        for (Waiter waiter : granted) {
            if (waiter.listener != null && waiter.holder != null) {
                waiter.listener.granted(waiter, waiter.holder);
            }
        }
    }

    private static void remove(Holder holder, long now) {
        holder.active = false;
        holder.resource.holders.remove(holder);
        holder.resource.lastActivity = now;
        holder.session.remove(holder);
    }

    private boolean evictExpired(Resource resource, long now) {
        List<Holder> expired = null;
        for (Holder holder : resource.holders) {
            if (holder.expired(now)) {
                expired = expired == null ? new ArrayList<>(1) : expired;
                expired.add(holder);
            }
        }
        if (expired == null) {
            return false;
        }
        for (Holder holder : expired) {
            remove(holder, now);
            twoPhase.expired(holder);
        }
        return true;
    }
}
