package io.dflockd.embedded.table;

/**
 * The name of a {@link Resource} in the {@link LockTable}.
 *
 * @param key the key that clients use
 * @param semaphore whether it is in the namespace of the semaphores; false for all where there is only one
 */
public record ResourceName(String key, boolean semaphore) {}
