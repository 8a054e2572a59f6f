package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import org.jspecify.annotations.Nullable;

/**
 * Code that runs while a lock or semaphore slot is held.
 *
 * @param <T> what it returns
 * @param <E> what it throws; reaches the caller as it is
 */
@FunctionalInterface
public interface LockCallback<T extends @Nullable Object, E extends Throwable> {

    /**
     * Does the work. The template releases the handle afterwards.
     *
     * @param handle what is held: ask {@link LockHandle#isHeld()} before steps that must not run without the lock
     * @return the result
     * @throws E whatever goes wrong
     */
    T doWithLock(LockHandle handle) throws E;
}
