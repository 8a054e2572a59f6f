package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;

/**
 * As {@link LockCallback}, without a result.
 *
 * @param <E> what it throws; reaches the caller as it is
 */
@FunctionalInterface
public interface LockAction<E extends Throwable> {

    /**
     * Does the work. The template releases the handle afterwards.
     *
     * @param handle what is held
     * @throws E whatever goes wrong
     */
    void doWithLock(LockHandle handle) throws E;
}
