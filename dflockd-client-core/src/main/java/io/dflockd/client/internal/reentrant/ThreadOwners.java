package io.dflockd.client.internal.reentrant;

import io.dflockd.client.LockHandle;
import io.dflockd.client.ReentrantDistributedLock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which locks of a client the threads have. Each thread keeps its own, and sees only these. So what a thread has becomes garbage
 * when it ends, and the client notices abandoned handles.
 */
public final class ThreadOwners {

    private final ThreadLocal<Map<Id, Hold>> ofThread = new ThreadLocal<>();

    /** A lock of this client that is owned by a thread, in the client's own domain. */
    public ReentrantDistributedLock lock(LockSource source) {
        return lock(source, this);
    }

    /** The same in another domain. */
    public ReentrantDistributedLock lock(LockSource source, Object domain) {
        return new ThreadOwnedLock(this, new Id(domain, source.key()), source);
    }

    /** What the current thread has of a lock. */
    @Nullable
    Hold current(Id lock) {
        Map<Id, Hold> holds = ofThread.get();
        return holds == null ? null : holds.get(lock);
    }

    /** The current thread has acquired a lock that it did not have. */
    void acquired(Id lock, LockHandle handle) {
        Map<Id, Hold> holds = ofThread.get();
        if (holds == null) {
            holds = new HashMap<>();
            ofThread.set(holds);
        }
        holds.put(lock, new Hold(handle));
    }

    /** The current thread does not have a lock any more. */
    void released(Id lock) {
        Map<Id, Hold> holds = ofThread.get();
        if (holds != null && holds.remove(lock) != null && holds.isEmpty()) {
            ofThread.remove();
        }
    }

    /**
     * What makes two locks one.
     *
     * @param domain compared by identity
     */
    record Id(Object domain, String key) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Id id && id.domain == domain && id.key.equals(key);
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(domain) + key.hashCode();
        }
    }

    /** A lock that a thread has, and how often. Confined to that thread. */
    static final class Hold {

        final LockHandle handle;

        int count = 1;

        Hold(LockHandle handle) {
            this.handle = handle;
        }
    }
}
