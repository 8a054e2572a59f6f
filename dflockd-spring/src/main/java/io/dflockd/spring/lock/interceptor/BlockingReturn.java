package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.LockCallback;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockResult;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;

/**
 * Methods whose work is done when they return.
 *
 * @param emptyValue what a skipped call returns
 * @param mayHideWork whether the declared type leaves open that work goes on behind what is returned
 * @param waitsForFuture whether a future that is returned is waited for: on the threads of {@code @Async}
 */
record BlockingReturn(@Nullable Object emptyValue, boolean mayHideWork, boolean waitsForFuture)
        implements GuardedReturn {

    private static final boolean REACTIVE_STREAMS_PRESENT =
            ClassUtils.isPresent("org.reactivestreams.Publisher", BlockingReturn.class.getClassLoader());

    @Override
    @SuppressWarnings("NullAway") // the callback's T is nullable
    public @Nullable Object invoke(
            MethodInvocation invocation, LockOperations operations, String key, GuardDefinition definition)
            throws Throwable {
        LockCallback<@Nullable Object, Throwable> call =
                mayHideWork ? handle -> finished(invocation.proceed(), definition) : handle -> invocation.proceed();
        if (!definition.skipWhenBusy()) {
            return operations.execute(key, definition.options(), call);
        }
        LockResult<@Nullable Object> result = operations.tryExecute(key, definition.options(), call);
        return result.isAcquired() ? result.get() : emptyValue;
    }

    private @Nullable Object finished(@Nullable Object result, GuardDefinition definition) throws InterruptedException {
        if (result instanceof Future<?> future) {
            if (waitsForFuture) {
                awaitQuietly(future);
            }
            if (future.isDone()) {
                return result;
            }
        } else if (result == null || !isUnfinished(result)) {
            return result;
        }
        throw new IllegalStateException(definition.label() + " returned a "
                + result.getClass().getName()
                + ", whose work goes on after the lock is free, but does not declare it; declare the type that is returned,"
                + " so that the lock can be held until the work is done");
    }

    private static boolean isUnfinished(Object result) {
        return result instanceof CompletionStage<?>
                || (REACTIVE_STREAMS_PRESENT
                        && ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, result) != null);
    }

    private static void awaitQuietly(Future<?> future) throws InterruptedException {
        try {
            future.get();
        } catch (ExecutionException | CancellationException ex) {
            // The caller learns it from the future.
            return;
        }
    }
}
