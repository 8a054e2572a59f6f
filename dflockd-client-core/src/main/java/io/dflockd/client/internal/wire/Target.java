package io.dflockd.client.internal.wire;

import io.dflockd.client.DflockdClientListener.Kind;

/**
 * The key that requests are about, and whether as a lock or as a semaphore.
 *
 * @param kind lock or semaphore
 * @param key the key
 * @param keyBytes its bytes, shared and never changed
 * @param limit the semaphore's limit; 1 for a lock
 */
@SuppressWarnings("ArrayRecordComponent")
public record Target(Kind kind, String key, byte[] keyBytes, int limit) {

    /** A checked lock key. */
    public static Target lock(String key) {
        return new Target(Kind.LOCK, key, FieldRules.key(key), 1);
    }

    /** A checked semaphore key and limit. */
    public static Target semaphore(String key, int limit) {
        return new Target(Kind.SEMAPHORE, key, FieldRules.key(key), FieldRules.limit(limit));
    }

    /** Whether the semaphore verbs are to be used. */
    public boolean semaphore() {
        return kind == Kind.SEMAPHORE;
    }

    /** For messages: {@code lock 'k'} or {@code semaphore 'k'}. */
    public String describe() {
        return (semaphore() ? "semaphore '" : "lock '") + key + "'";
    }
}
