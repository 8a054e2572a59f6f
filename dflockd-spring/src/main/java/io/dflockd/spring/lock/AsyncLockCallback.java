package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Code that starts work which goes on while a lock or semaphore slot is held.
 *
 * @param <T> what the work results in
 */
@FunctionalInterface
public interface AsyncLockCallback<T extends @Nullable Object> {

    /**
     * Starts the work. The handle is released when the stage completes.
     *
     * @param handle what is held
     * @return completes when the work is really done
     * @throws Exception if it cannot be started
     */
    CompletionStage<T> doWithLock(LockHandle handle) throws Exception;
}
