package io.dflockd.spring.lock;

import io.dflockd.client.LockAcquisitionException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.QueuedAcquisition;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Work under a distributed lock, in callback style. {@link LockTemplate} is the implementation on a client, and
 * {@link #withoutLocking()} the double for unit tests. Applications may implement it themselves: annotated methods and
 * {@link ReactiveLockTemplate} use a bean of any implementation, through these methods only.
 *
 * <pre>{@code
 * Receipt receipt = locks.execute("order:" + id, held -> fulfil(id));
 * }</pre>
 *
 * <p>The {@code execute} forms release when the callback, or the stage it returned, has ended. What the callback throws
 * reaches the caller as it is. A lock that is lost before that fails the call, see {@link OnLost}. A guarded call on a
 * thread that holds the same key throws {@link LockNotReentrantException} at once. Blocking forms throw
 * {@link LockInterruptedException} if the thread is interrupted while it waits; asynchronous forms complete exceptionally
 * with all that their blocking forms throw. A failure that is not a busy lock is a {@link io.dflockd.client.DflockdException} of its own type in every form. A
 * malformed key is an
 * {@link io.dflockd.client.InvalidArgumentException}.
 *
 * <p>Thread-safe.
 */
public interface LockOperations {

    /**
     * A double that takes no lock and needs no server: callbacks run at once, and handles are held until they are
     * released. Their fences count the grants. For unit tests; nothing keeps two callers apart.
     *
     * @return always the same instance
     */
    static LockOperations withoutLocking() {
        return LockTemplate.WithoutLocking.TEMPLATE;
    }

    /**
     * Runs the callback under the lock, with the default options.
     *
     * @param key what to lock
     * @param callback the work
     * @param <T> what it returns
     * @param <E> what it throws
     * @return what it returned
     * @throws E what it threw
     * @throws LockTimeoutException if the lock was busy for the whole acquire timeout; the callback did not run
     * @throws LockLostException if the lock was lost before the callback had ended
     */
    default <T extends @Nullable Object, E extends Throwable> T execute(String key, LockCallback<T, E> callback)
            throws E {
        return execute(key, LockOptions.defaults(), callback);
    }

    /**
     * Runs the callback under the lock.
     *
     * @param key what to lock
     * @param options how
     * @param callback the work
     * @param <T> what it returns
     * @param <E> what it throws
     * @return what it returned
     * @throws E what it threw
     * @throws LockTimeoutException if the lock was busy for the whole acquire timeout; the callback did not run
     * @throws LockLostException if the lock was lost before the callback had ended
     */
    <T extends @Nullable Object, E extends Throwable> T execute(
            String key, LockOptions options, LockCallback<T, E> callback) throws E;

    /**
     * As {@link #execute(String, LockCallback)}, without a result.
     *
     * @param key what to lock
     * @param action the work
     * @param <E> what it throws
     * @throws E what it threw
     */
    default <E extends Throwable> void executeWithoutResult(String key, LockAction<E> action) throws E {
        executeWithoutResult(key, LockOptions.defaults(), action);
    }

    /**
     * As {@link #execute(String, LockOptions, LockCallback)}, without a result.
     *
     * @param key what to lock
     * @param options how
     * @param action the work
     * @param <E> what it throws
     * @throws E what it threw
     */
    @SuppressWarnings("NullAway") // the callback's T is nullable
    default <E extends Throwable> void executeWithoutResult(String key, LockOptions options, LockAction<E> action)
            throws E {
        this.<@Nullable Object, E>execute(key, options, handle -> {
            action.doWithLock(handle);
            return null;
        });
    }

    /**
     * As {@link #tryExecute(String, LockOptions, LockCallback)}, with the default options.
     *
     * @param key what to lock
     * @param callback the work
     * @param <T> what it returns
     * @param <E> what it throws
     * @return whether it ran, and what it returned
     * @throws E what it threw
     */
    default <T extends @Nullable Object, E extends Throwable> LockResult<T> tryExecute(
            String key, LockCallback<T, E> callback) throws E {
        return tryExecute(key, LockOptions.defaults(), callback);
    }

    /**
     * Runs the callback if the lock is acquired within the acquire timeout; zero does not wait.
     *
     * @param key what to lock
     * @param options how
     * @param callback the work
     * @param <T> what it returns
     * @param <E> what it throws
     * @return whether it ran, and what it returned
     * @throws E what it threw
     * @throws LockLostException if the lock was lost before the callback had ended
     */
    <T extends @Nullable Object, E extends Throwable> LockResult<T> tryExecute(
            String key, LockOptions options, LockCallback<T, E> callback) throws E;

    /**
     * Acquires, with the default options.
     *
     * @param key what to lock
     * @return the handle; release it
     * @throws LockTimeoutException if it was busy for the whole acquire timeout
     */
    default LockHandle acquire(String key) {
        return acquire(key, LockOptions.defaults());
    }

    /**
     * Acquires. {@link OnLost} does not apply: the caller watches the handle itself.
     *
     * @param key what to lock
     * @param options how
     * @return the handle; release it
     * @throws LockTimeoutException if it was busy for the whole acquire timeout
     */
    LockHandle acquire(String key, LockOptions options);

    /**
     * Acquires within the acquire timeout; zero does not wait.
     *
     * @param key what to lock
     * @param options how
     * @return the handle, to be released; empty if it was busy all that time
     */
    Optional<LockHandle> tryAcquire(String key, LockOptions options);

    /**
     * Joins the queue without waiting, with the default options.
     *
     * @param key what to lock
     * @return the place; close it
     */
    default QueuedAcquisition enqueue(String key) {
        return enqueue(key, LockOptions.defaults());
    }

    /**
     * Joins the queue without waiting.
     *
     * @param key what to lock
     * @param options how
     * @return the place; close it
     */
    QueuedAcquisition enqueue(String key, LockOptions options);

    /**
     * As {@link #executeAsync(String, LockOptions, AsyncLockCallback)}, with the default options.
     *
     * @param key what to lock
     * @param callback starts the work
     * @param <T> what the work results in
     * @return completes as the stage did, after the release
     */
    default <T extends @Nullable Object> CompletableFuture<T> executeAsync(String key, AsyncLockCallback<T> callback) {
        return executeAsync(key, LockOptions.defaults(), callback);
    }

    /**
     * Acquires without blocking, starts the work on another thread, as a rule one of the client's callback executor, and
     * releases when the stage that it returned completes. Completing or cancelling the returned future withdraws an
     * acquisition that still waits; work that has begun goes on, and is guarded until its stage completes.
     *
     * @param key what to lock
     * @param options how
     * @param callback starts the work
     * @param <T> what the work results in
     * @return completes as the stage did, after the release; exceptionally with {@link LockTimeoutException} if the lock
     *     was busy
     */
    <T extends @Nullable Object> CompletableFuture<T> executeAsync(
            String key, LockOptions options, AsyncLockCallback<T> callback);

    /**
     * As {@link #executeAsync(String, LockOptions, AsyncLockCallback)}, but a busy lock is a result.
     *
     * @param key what to lock
     * @param options how
     * @param callback starts the work
     * @param <T> what the work results in
     * @return whether it ran, and what it resulted in
     */
    <T extends @Nullable Object> CompletableFuture<LockResult<T>> tryExecuteAsync(
            String key, LockOptions options, AsyncLockCallback<T> callback);

    /**
     * {@link #acquire(String, LockOptions)} without blocking. Completing or cancelling the future withdraws the request.
     *
     * @param key what to lock
     * @param options how
     * @return the handle; completes exceptionally with a {@link LockAcquisitionException} if it is not acquired
     */
    CompletableFuture<LockHandle> acquireAsync(String key, LockOptions options);

    /**
     * {@link #tryAcquire(String, LockOptions)} without blocking.
     *
     * @param key what to lock
     * @param options how
     * @return empty if it was busy
     */
    CompletableFuture<Optional<LockHandle>> tryAcquireAsync(String key, LockOptions options);

    /**
     * {@link #enqueue(String, LockOptions)} without blocking.
     *
     * @param key what to lock
     * @param options how
     * @return the place; close it
     */
    CompletableFuture<QueuedAcquisition> enqueueAsync(String key, LockOptions options);
}
