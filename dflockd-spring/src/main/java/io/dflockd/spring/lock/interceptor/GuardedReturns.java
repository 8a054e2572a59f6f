package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.internal.EmptyReturns;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.interceptor.UnfinishedWork.Check;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/** Chooses, by what a method returns, how its calls are guarded; refuses what would be free before its work is done. */
final class GuardedReturns {

    private static final String ASYNC = "org.springframework.scheduling.annotation.Async";

    private GuardedReturns() {}

    static GuardedReturn forMethod(String label, Method method, Class<?> targetClass, boolean skips) {
        if (isPlain(method.getReturnType())) {
            boolean async = isAsync(method, targetClass);
            return new BlockingReturn(
                    skips ? emptyFutureOrValue(label, method) : null, async ? Check.CONTENT : Check.NONE, async);
        }
        ResolvableType declared = ResolvableType.forMethodReturnType(method, targetClass);
        GuardedReturn reactive = ReactiveReturns.forMethod(label, method, declared, skips);
        if (reactive != null) {
            return reactive;
        }
        Class<?> type = method.getReturnType();
        refuseWithin(label, declared);
        if (isAsync(method, targetClass)) {
            return new BlockingReturn(skips ? emptyFutureOrValue(label, method) : null, Check.CONTENT, true);
        }
        if (CompletionStage.class.isAssignableFrom(type)) {
            if (!type.isAssignableFrom(CompletableFuture.class)) {
                throw new LockDefinitionException(
                        label + " returns " + type.getName() + ", which cannot be made from another stage",
                        "Return CompletionStage or CompletableFuture.",
                        null);
            }
            return new StageReturn(
                    skips ? emptyWithin(method) : null,
                    UnfinishedWork.checkOf(declared.as(CompletionStage.class).getGeneric()));
        }
        refuse(label, declared);
        return new BlockingReturn(
                skips ? emptyValue(label, method, type) : null, UnfinishedWork.checkOf(declared), false);
    }

    /** Whether objects of the type are values, which say all about themselves: most methods need no further look. */
    private static boolean isPlain(Class<?> type) {
        return type == String.class || ClassUtils.isPrimitiveOrWrapper(type);
    }

    private static boolean isAsync(Method method, Class<?> targetClass) {
        return MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(ASYNC)
                || MergedAnnotations.from(targetClass, SearchStrategy.TYPE_HIERARCHY)
                        .isPresent(ASYNC);
    }

    /** Refuses a type whose objects stand for work that goes on. */
    static void refuse(String label, ResolvableType type) {
        if (UnfinishedWork.isDeclared(type.resolve(Object.class))) {
            throw unfinished(label, type);
        }
    }

    /** Refuses a type with such work in it. */
    static void refuseWithin(String label, ResolvableType type) {
        if (UnfinishedWork.isDeclaredWithin(type)) {
            throw unfinished(label, type);
        }
    }

    /** Refuses what a call returned if its work still goes on. */
    static void refuseUnfinished(Check check, @Nullable Object result, GuardDefinition definition) {
        Object work = UnfinishedWork.find(check, result);
        if (work != null) {
            throw new IllegalStateException(definition.label() + " returned a "
                    + work.getClass().getName()
                    + ", whose work goes on after the lock is free, but does not declare it; declare the type that is returned,"
                    + " so that the lock can be held until the work is done");
        }
    }

    private static LockDefinitionException unfinished(String label, ResolvableType type) {
        return new LockDefinitionException(
                label + " returns " + type
                        + ", whose work is done after the method has returned, when the"
                        + " lock would be free already",
                "Return CompletableFuture, a reactive type or the finished result, or lock inside the work with"
                        + " LockTemplate.",
                null);
    }

    private static @Nullable Object emptyFutureOrValue(String label, Method method) {
        Class<?> type = method.getReturnType();
        return Future.class.isAssignableFrom(type) || type == CompletionStage.class
                ? CompletableFuture.completedFuture(emptyWithin(method))
                : emptyValue(label, method, type);
    }

    /** What the stage of a skipped call completes with: an empty Optional for stages of one. */
    private static @Nullable Object emptyWithin(Method method) {
        Class<?> content =
                ResolvableType.forMethodReturnType(method).getGeneric(0).resolve(Object.class);
        return EmptyReturns.optional(content);
    }

    private static @Nullable Object emptyValue(String label, Method method, Class<?> type) {
        Object optional = EmptyReturns.optional(type);
        if (optional != null) {
            return optional;
        }
        refuseEmpty(label, method, type);
        return null;
    }

    /** Refuses SKIP where null would break the method's promise. */
    static void refuseEmpty(String label, Method method, Class<?> type) {
        if (EmptyReturns.promisesValue(method, type)) {
            throw new LockDefinitionException(
                    label
                            + " skips the call and returns null when the lock is busy (onBusy = SKIP), but the method promises"
                            + " a value of type " + type.getName(),
                    "Return a nullable type or an Optional, or use an annotation with onBusy = FAIL.",
                    null);
        }
    }
}
