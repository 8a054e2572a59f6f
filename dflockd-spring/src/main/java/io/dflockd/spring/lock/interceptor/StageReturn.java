package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.AsyncLockCallback;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockResult;
import io.dflockd.spring.lock.interceptor.UnfinishedWork.Check;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/**
 * Methods that return a {@link CompletionStage}.
 *
 * @param emptyValue what the stage of a skipped call completes with
 * @param check what the stage's type leaves open of work that goes on after it has completed
 */
record StageReturn(@Nullable Object emptyValue, Check check) implements GuardedReturn {

    @Override
    public Object invoke(
            MethodInvocation invocation, LockOperations operations, String key, GuardDefinition definition) {
        MethodInvocation later = detached(invocation);
        AsyncLockCallback<@Nullable Object> call = handle -> finished(stage(later, definition, key), definition);
        if (!definition.skipWhenBusy()) {
            return operations.executeAsync(key, definition.options(), call);
        }
        CompletableFuture<LockResult<@Nullable Object>> trying =
                operations.tryExecuteAsync(key, definition.options(), call);
        CompletableFuture<@Nullable Object> result =
                trying.thenApply(outcome -> outcome.isAcquired() ? outcome.get() : emptyValue);
        result.whenComplete((value, failure) -> trying.cancel(false));
        return result;
    }

    /** An invocation that can proceed after its caller has returned. */
    static MethodInvocation detached(MethodInvocation invocation) {
        return invocation instanceof ProxyMethodInvocation proxied ? proxied.invocableClone() : invocation;
    }

    private CompletionStage<@Nullable Object> finished(
            CompletionStage<@Nullable Object> stage, GuardDefinition definition) {
        if (check == Check.NONE || stage == null) {
            return stage;
        }
        CompletableFuture<@Nullable Object> checked = stage.<@Nullable Object>thenApply(value -> {
                    GuardedReturns.refuseUnfinished(check, value, definition);
                    return value;
                })
                .toCompletableFuture();
        checked.whenComplete((value, failure) -> {
            if (checked.isCancelled() && stage instanceof CompletableFuture<?> future) {
                future.cancel(true);
            }
        });
        return checked;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // a null stage is refused by who gets it
    private static CompletionStage<@Nullable Object> stage(
            MethodInvocation invocation, GuardDefinition definition, String key) throws Exception {
        try {
            return (CompletionStage<@Nullable Object>) HeldOutside.proceed(invocation, definition, key);
        } catch (Exception | Error ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new UndeclaredThrowableException(ex);
        }
    }
}
