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
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Locks, semaphores and read-write locks: their holders, their waiters, and the order in which slots are handed on. */
public final class LockTable {

    private final LockRules rules;
    private final LeaseClock clock;
    private final TwoPhase twoPhase;
    private final Tokens tokens;
    private final FenceCounter fences;
    private final Map<ResourceName, Resource> resources = new LinkedHashMap<>();

    public LockTable(LockRules rules, FenceCounter fences) {
        this.rules = rules;
        this.fences = fences;
        this.tokens = new Tokens(rules.dialect());
        this.clock = new LeaseClock(rules.virtualTime());
        this.twoPhase = new TwoPhase(this, rules.dialect());
    }

    /** Grants, queues or refuses. A queued {@link Waiter} must end with its grant or with {@link #abandon}. */
    public Outcome acquire(Session session, ResourceName name, long limit, HoldMode mode, LeaseTime lease) {
        Resource resource = resources.get(name);
        if (resource == null) {
            if (resources.size() >= rules.maxLocks()) {
                return Refusal.MAX_LOCKS;
            }
            resource = new Resource(name, limit);
            resources.put(name, resource);
        } else if (resource.limit() != limit) {
            boolean sameType = resource.isReadWrite() == (mode != HoldMode.SLOT);
            return sameType ? Refusal.LIMIT_MISMATCH : Refusal.TYPE_MISMATCH;
        }
        long now = clock.nanos();
        resource.lastActivity = now;
        evictExpired(resource, now);
        if (isStalled(resource)) {
            return Refusal.NO_FENCE;
        }
        if (resource.queue.isEmpty() && resource.admits(mode)) {
            Holder holder = grant(session, resource, mode, lease, now);
            return holder == null ? Refusal.NO_FENCE : holder;
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
    public Outcome enqueue(Session session, ResourceName name, long limit, HoldMode mode, LeaseTime lease) {
        return twoPhase.enqueue(session, name, limit, mode, lease);
    }

    /** The second phase. A {@link Waiter} is still queued and must end with its grant or with {@link #abandon}. */
    public Outcome await(Session session, ResourceName name) {
        return twoPhase.await(session, name);
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
    public Outcome release(ResourceName name, String token) {
        return withHolder(name, token, (holder, now) -> {
            takeAway(holder, now);
            return holder;
        });
    }

    /** Restarts a lease; the refusal depends on the generation. */
    public Outcome renew(ResourceName name, String token, LeaseTime lease) {
        return withHolder(name, token, (holder, now) -> {
            if (holder.expired(now)) {
                takeAway(holder, now);
                return rules.dialect().has(Trait.REPORTS_EXPIRY_ON_RENEW) ? Refusal.LEASE_EXPIRED : Refusal.UNKNOWN;
            }
            holder.renew(lease, now);
            return holder;
        });
    }

    private interface HolderAction {
        Outcome on(Holder holder, long now);
    }

    private Outcome withHolder(ResourceName name, String token, HolderAction action) {
        Resource resource = resources.get(name);
        if (resource == null) {
            return Refusal.UNKNOWN;
        }
        long now = clock.nanos();
        Holder holder = resource.holders.get(token);
        if (holder != null || rules.dialect().has(Trait.WRONG_TOKEN_IS_USE)) {
            resource.lastActivity = now;
        }
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

    /** Frees all slots of a session and takes it out of every queue, as far as auto-release and the generation say. */
    public void disconnect(Session session) {
        boolean autoRelease = rules.autoReleaseOnDisconnect();
        if (!autoRelease && !rules.dialect().has(Trait.ALWAYS_CLEANS_QUEUES)) {
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
        for (Holder holder : autoRelease ? List.copyOf(session.held) : List.<Holder>of()) {
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
        return expireNow(resources.get(new ResourceName(key, false)))
                + expireNow(resources.get(new ResourceName(key, true)));
    }

    private int expireNow(@Nullable Resource resource) {
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

    /** The numbers of the grants. */
    public FenceCounter fences() {
        return fences;
    }

    /** Null if there is no number for it. */
    private @Nullable Holder grant(Session session, Resource resource, HoldMode mode, LeaseTime lease, long now) {
        OptionalLong fence = fences.next();
        if (fence.isEmpty()) {
            return null;
        }
        String token = tokens.next(fence.getAsLong());
        Holder holder = new Holder(session, resource, token, fence.getAsLong(), mode, lease, now);
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
            Holder holder = grant(waiter.session, resource, waiter.mode, waiter.lease, now);
            if (holder == null) {
                break;
            }
            queue.remove();
            waiter.session.waiting.remove(waiter);
            waiter.holder = holder;
            granted.add(waiter);
        }
        granted.forEach(Waiter::granted);
    }

    /**
     * Whether waiters stay although they could be granted, because fences cannot be stored. Tries them again first:
     * nothing else does, as in the real server.
     */
    boolean isStalled(Resource resource) {
        grantNext(resource, clock.nanos());
        return !resource.queue.isEmpty()
                && resource.admits(resource.queue.iterator().next().mode);
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
