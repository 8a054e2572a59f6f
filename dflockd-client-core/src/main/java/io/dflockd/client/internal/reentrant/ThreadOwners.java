package io.dflockd.client.internal.reentrant;

import io.dflockd.client.LockHandle;
import io.dflockd.client.ReentrantDistributedLock;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The locks of a client that threads have. Each thread keeps its own locks, and sees only these. So the handles become garbage
 * when the thread ends, and the client releases abandoned handles.
 */
public final class ThreadOwners {

    private final ThreadLocal<Map<Id, Hold>> ofThread = new ThreadLocal<>();

    /** A lock of this client that is owned by a thread, in the client's own domain. */
    public ReentrantDistributedLock lock(LockSource source) {
        return lock(source, this);
    }

    /** The same in another domain. */
    public ReentrantDistributedLock lock(LockSource source, Object domain) {
        Objects.requireNonNull(domain, "domain must not be null");
        return new ThreadOwnedLock(this, new Id(domain, source.key()), source);
    }

    /** The hold of the current thread on a lock. */
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
     * The identity of a lock: two locks with the same one are one.
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

    /** A lock that a thread has, and the number of times. Confined to that thread. */
    static final class Hold {

        final LockHandle handle;

        int count = 1;

        Hold(LockHandle handle) {
            this.handle = handle;
        }
    }
}
