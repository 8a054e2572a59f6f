package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.LockCallback;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockResult;
import io.dflockd.spring.lock.interceptor.UnfinishedWork.Check;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Methods whose work is done when they return.
 *
 * @param emptyValue what a skipped call returns
 * @param check what the declared type leaves open of work that goes on
 * @param waitsForFuture whether a future that is returned is waited for: on the threads of {@code @Async}
 */
record BlockingReturn(@Nullable Object emptyValue, Check check, boolean waitsForFuture) implements GuardedReturn {

    @Override
    @SuppressWarnings("NullAway") // the callback's T is nullable
    public @Nullable Object invoke(
            MethodInvocation invocation, LockOperations operations, String key, GuardDefinition definition)
            throws Throwable {
        LockCallback<@Nullable Object, Throwable> call = check == Check.NONE
                ? handle -> HeldOutside.proceed(invocation, definition, key)
                : handle -> finished(HeldOutside.proceed(invocation, definition, key), definition);
        if (!definition.skipWhenBusy()) {
            return operations.execute(key, definition.options(), call);
        }
        LockResult<@Nullable Object> result = operations.tryExecute(key, definition.options(), call);
        return result.isAcquired() ? result.get() : emptyValue;
    }

    private @Nullable Object finished(@Nullable Object result, GuardDefinition definition) throws InterruptedException {
        Object value = waitsForFuture && result instanceof Future<?> future ? await(future) : result;
        GuardedReturns.refuseUnfinished(check, value, definition);
        return result;
    }

    private static @Nullable Object await(Future<?> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException | CancellationException ex) {
            // The caller learns it from the future.
            return null;
        }
    }
}
