package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Nullness;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/** Chooses, by what a method returns, how its calls are guarded; refuses what would be free before its work is done. */
final class GuardedReturns {

    private static final String ASYNC = "org.springframework.scheduling.annotation.Async";

    private static final Set<String> HANDLED_LATER = Set.of(
            "org.springframework.web.context.request.async.DeferredResult",
            "org.springframework.web.context.request.async.WebAsyncTask",
            "org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
            "org.springframework.web.servlet.mvc.method.annotation.SseEmitter",
            "org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody");

    private GuardedReturns() {}

    static GuardedReturn forMethod(String label, Method method, Class<?> targetClass, boolean skips) {
        Class<?> type = method.getReturnType();
        GuardedReturn reactive = ReactiveReturns.forMethod(label, method, skips);
        if (reactive != null) {
            return reactive;
        }
        refuseUnfinishedWithin(label, method.getGenericReturnType());
        if (isAsync(method, targetClass)) {
            return new BlockingReturn(skips ? emptyFutureOrValue(label, method) : null, true, true);
        }
        if (CompletionStage.class.isAssignableFrom(type)) {
            if (!type.isAssignableFrom(CompletableFuture.class)) {
                throw new LockDefinitionException(
                        label + " returns " + type.getName() + ", which cannot be made from another stage",
                        "Return CompletionStage or CompletableFuture.",
                        null);
            }
            return new StageReturn(skips ? emptyWithin(method) : null);
        }
        refuseUnfinished(label, type);
        return new BlockingReturn(
                skips ? emptyValue(label, method, type) : null, type == Object.class || type.isInterface(), false);
    }

    private static boolean isAsync(Method method, Class<?> targetClass) {
        return MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(ASYNC)
                || MergedAnnotations.from(targetClass, SearchStrategy.TYPE_HIERARCHY)
                        .isPresent(ASYNC);
    }

    private static void refuseUnfinished(String label, Class<?> type) {
        if (isUnfinished(type)) {
            throw unfinished(label, type.getName());
        }
    }

    /** A response entity with a streaming body, a list of futures. */
    private static void refuseUnfinishedWithin(String label, Type type) {
        if (type instanceof ParameterizedType parameterized) {
            for (Type argument : parameterized.getActualTypeArguments()) {
                Class<?> content = ResolvableType.forType(argument).resolve(Object.class);
                if (isUnfinished(content)
                        || CompletionStage.class.isAssignableFrom(content)
                        || ReactiveReturns.isReactive(content)) {
                    throw unfinished(label, type.getTypeName());
                }
                refuseUnfinishedWithin(label, argument);
            }
        }
    }

    private static boolean isUnfinished(Class<?> type) {
        return Future.class.isAssignableFrom(type)
                || Callable.class.isAssignableFrom(type)
                || BaseStream.class.isAssignableFrom(type)
                || HANDLED_LATER.contains(type.getName());
    }

    private static LockDefinitionException unfinished(String label, String type) {
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
        return emptyOptional(content);
    }

    private static @Nullable Object emptyValue(String label, Method method, Class<?> type) {
        Object optional = emptyOptional(type);
        if (optional != null) {
            return optional;
        }
        refuseEmpty(label, method, type);
        return null;
    }

    /** Refuses SKIP where null would break the method's promise. */
    static void refuseEmpty(String label, Method method, Class<?> type) {
        boolean nothing =
                type == void.class || type == Void.class || type.getName().equals("kotlin.Unit");
        if (!nothing && (type.isPrimitive() || Nullness.forMethodReturnType(method) == Nullness.NON_NULL)) {
            throw new LockDefinitionException(
                    label
                            + ": onBusy = SKIP returns null when the lock is busy, but the method promises a value of type "
                            + type.getName(),
                    "Return a nullable type or an Optional, or use onBusy = FAIL.",
                    null);
        }
    }

    private static @Nullable Object emptyOptional(Class<?> type) {
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (type == OptionalInt.class) {
            return OptionalInt.empty();
        }
        if (type == OptionalLong.class) {
            return OptionalLong.empty();
        }
        return type == OptionalDouble.class ? OptionalDouble.empty() : null;
    }
}
