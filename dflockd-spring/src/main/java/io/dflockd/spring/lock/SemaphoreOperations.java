package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.QueuedAcquisition;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Work under a distributed counting semaphore: the verbs of {@link LockOperations} with a limit. The most common ones are
 * here, and {@link #withLimit(int)} gives all of them.
 *
 * <p>All applications must use the same limit for a key: the server keeps the first one it was told until the key has
 * been idle for a while, and refuses another with
 * {@link io.dflockd.client.SemaphoreLimitMismatchException}. During a rolling update that changes a limit, the new
 * instances therefore fail as long as old ones keep the key busy; use a new key for a new limit where that matters.
 *
 * <p>Thread-safe.
 */
public interface SemaphoreOperations {

    /**
     * A double that keeps nobody out and needs no server. For unit tests.
     *
     * @return always the same instance
     */
    static SemaphoreOperations withoutLocking() {
        return SemaphoreTemplate.WithoutLocking.TEMPLATE;
    }

    /**
     * All verbs, with the limit fixed.
     *
     * @param limit how many may hold a slot of a key at once, at least 1
     * @return operations on slots; cheap
     * @throws io.dflockd.client.InvalidArgumentException if the limit is below 1
     */
    LockOperations withLimit(int limit);

    /**
     * Runs the callback with a slot, with the default options.
     *
     * @param key the semaphore
     * @param limit how many may hold a slot at once
     * @param callback the work
     * @param <T> what it returns
     * @param <E> what it throws
     * @return what it returned
     * @throws E what it threw
     * @throws LockTimeoutException if no slot was free for the whole acquire timeout; the callback did not run
     * @throws LockLostException if the slot was lost before the callback had ended
     */
    default <T extends @Nullable Object, E extends Throwable> T execute(
            String key, int limit, LockCallback<T, E> callback) throws E {
        return withLimit(limit).execute(key, callback);
    }

    /**
     * Runs the callback with a slot.
     *
     * @param key the semaphore
     * @param limit how many may hold a slot at once
     * @param options how
     * @param callback the work
     * @param <T> what it returns
     * @param <E> what it throws
     * @return what it returned
     * @throws E what it threw
     * @throws LockTimeoutException if no slot was free for the whole acquire timeout; the callback did not run
     * @throws LockLostException if the slot was lost before the callback had ended
     */
    default <T extends @Nullable Object, E extends Throwable> T execute(
            String key, int limit, LockOptions options, LockCallback<T, E> callback) throws E {
        return withLimit(limit).execute(key, options, callback);
    }

    /**
     * As {@link #execute(String, int, LockCallback)}, without a result.
     *
     * @param key the semaphore
     * @param limit how many may hold a slot at once
     * @param action the work
     * @param <E> what it throws
     * @throws E what it threw
     */
    default <E extends Throwable> void executeWithoutResult(String key, int limit, LockAction<E> action) throws E {
        withLimit(limit).executeWithoutResult(key, action);
    }

    /**
     * Runs the callback if a slot is acquired within the acquire timeout; zero does not wait.
     *
     * @param key the semaphore
     * @param limit how many may hold a slot at once
     * @param options how
     * @param callback the work
     * @param <T> what it returns
     * @param <E> what it throws
     * @return whether it ran, and what it returned
     * @throws E what it threw
     */
    default <T extends @Nullable Object, E extends Throwable> LockResult<T> tryExecute(
            String key, int limit, LockOptions options, LockCallback<T, E> callback) throws E {
        return withLimit(limit).tryExecute(key, options, callback);
    }

    /**
     * Acquires a slot.
     *
     * @param key the semaphore
     * @param limit how many may hold a slot at once
     * @return the handle; release it
     * @throws LockTimeoutException if none was free for the whole acquire timeout
     */
    default LockHandle acquire(String key, int limit) {
        return withLimit(limit).acquire(key);
    }

    /**
     * Joins the queue for a slot without waiting.
     *
     * @param key the semaphore
     * @param limit how many may hold a slot at once
     * @return the place; close it
     */
    default QueuedAcquisition enqueue(String key, int limit) {
        return withLimit(limit).enqueue(key);
    }

    /**
     * As {@link LockOperations#executeAsync(String, AsyncLockCallback)}, with a slot.
     *
     * @param key the semaphore
     * @param limit how many may hold a slot at once
     * @param callback starts the work
     * @param <T> what the work results in
     * @return completes as the stage did, after the release
     */
    default <T extends @Nullable Object> CompletableFuture<T> executeAsync(
            String key, int limit, AsyncLockCallback<T> callback) {
        return withLimit(limit).executeAsync(key, callback);
    }
}
