package io.dflockd.client.internal.wire;

import io.dflockd.client.FieldRules;
import io.dflockd.client.LockKind;

/**
 * The key that requests are about, and whether as a lock or as a semaphore.
 *
 * @param kind lock or semaphore
 * @param keyBytes its bytes, shared and never changed
 * @param limit the semaphore's limit; 1 for a lock
 */
@SuppressWarnings("ArrayRecordComponent")
public record Target(LockKind kind, String key, byte[] keyBytes, int limit) {

    /** A checked lock key. */
    public static Target lock(String key) {
        return new Target(LockKind.LOCK, key, FieldRules.key(key), 1);
    }

    /** A checked semaphore key and limit. */
    public static Target semaphore(String key, int limit) {
        return new Target(LockKind.SEMAPHORE, key, FieldRules.key(key), FieldRules.limit(limit));
    }

    /** Whether the semaphore verbs are to be used. */
    public boolean semaphore() {
        return kind == LockKind.SEMAPHORE;
    }

    /** For messages: {@code lock 'k'} or {@code semaphore 'k'}. */
    public String describe() {
        return (semaphore() ? "semaphore '" : "lock '") + key + "'";
    }
}
