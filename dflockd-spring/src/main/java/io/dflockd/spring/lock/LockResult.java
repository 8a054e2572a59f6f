package io.dflockd.spring.lock;

import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The result of a try. Either the lock was acquired and the callback returned a value, which may be null, or the lock was
 * busy and the callback did not run. Immutable.
 *
 * @param <T> what the callback returns
 */
public final class LockResult<T extends @Nullable Object> {

    private static final LockResult<?> NOT_ACQUIRED = new LockResult<>(false, null);

    private final boolean acquired;

    private final @Nullable T value;

    private LockResult(boolean acquired, @Nullable T value) {
        this.acquired = acquired;
        this.value = value;
    }

    /**
     * The callback ran.
     *
     * @param value what it returned
     * @param <T> its type
     * @return the result
     */
    public static <T extends @Nullable Object> LockResult<T> acquired(T value) {
        return new LockResult<>(true, value);
    }

    /**
     * It was busy, and the callback did not run.
     *
     * @param <T> what it would have returned
     * @return the result
     */
    @SuppressWarnings("unchecked")
    public static <T extends @Nullable Object> LockResult<T> notAcquired() {
        return (LockResult<T>) NOT_ACQUIRED;
    }

    /**
     * Whether it was acquired and the callback ran.
     *
     * @return false if it was busy
     */
    public boolean isAcquired() {
        return acquired;
    }

    /**
     * What the callback returned.
     *
     * @return its value, null included
     * @throws NoSuchElementException if it did not run
     */
    @SuppressWarnings("NullAway") // a T that was given is a T, null or not
    public T get() {
        if (!acquired) {
            throw new NoSuchElementException("the lock was busy, so the callback did not run; ask isAcquired() first");
        }
        return value;
    }

    /**
     * What the callback returned, or something else if it did not run.
     *
     * @param other for the busy case
     * @return the value
     */
    @SuppressWarnings("NullAway") // a T that was given is a T, null or not
    public T orElse(T other) {
        return acquired ? value : other;
    }

    /**
     * The result with another value.
     *
     * @param mapper applied if the callback ran
     * @param <R> its type
     * @return the mapped result
     */
    @SuppressWarnings("NullAway") // a T that was given is a T, null or not
    public <R extends @Nullable Object> LockResult<R> map(Function<? super T, ? extends R> mapper) {
        return acquired ? acquired(mapper.apply(value)) : notAcquired();
    }

    @Override
    public String toString() {
        return acquired ? "LockResult[" + value + "]" : "LockResult[not acquired]";
    }
}
