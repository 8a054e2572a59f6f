package io.dflockd.embedded.table;

/**
 * The settings of a {@link LockTable}.
 *
 * @param dialect the generation to imitate
 * @param autoReleaseOnDisconnect whether the end of a session frees its slots
 * @param maxLocks the highest number of keys
 * @param maxWaiters the highest number of waiters per key, 0 for no limit
 * @param gcMaxIdleNanos the idle time after which a key is forgotten
 * @param virtualTime whether the clock moves only when it is advanced
 */
public record LockRules(
        Dialect dialect,
        boolean autoReleaseOnDisconnect,
        int maxLocks,
        int maxWaiters,
        long gcMaxIdleNanos,
        boolean virtualTime) {}
