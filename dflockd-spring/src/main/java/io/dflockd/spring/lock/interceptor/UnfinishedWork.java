package io.dflockd.spring.lock.interceptor;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/** Recognises work that goes on after a method has returned: by what the method declares, and by what it returns. */
final class UnfinishedWork {

    /** How much a declared type leaves open, and so what has to be looked at in each call. */
    enum Check {
        /** The type says it. */
        NONE,
        /** The result may be such work. */
        RESULT,
        /** The result may be, or contain, such work. */
        CONTENT
    }

    private static final int MAX_DEPTH = 5;

    private static final Set<String> TYPES = Set.of(
            "org.springframework.web.context.request.async.DeferredResult",
            "org.springframework.web.context.request.async.WebAsyncTask",
            "org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
            "org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody",
            "org.reactivestreams.Subscription",
            "java.util.concurrent.Flow$Subscription",
            "reactor.core.Disposable",
            "io.reactivex.disposables.Disposable",
            "io.reactivex.rxjava3.disposables.Disposable",
            "io.smallrye.mutiny.subscription.Cancellable",
            "kotlin.sequences.Sequence",
            "kotlinx.coroutines.Job",
            "org.springframework.web.servlet.function.DefaultAsyncServerResponse",
            "org.springframework.web.servlet.function.SseServerResponse",
            "org.springframework.web.servlet.function.StreamingServerResponse",
            "org.springframework.web.servlet.function.DefaultServerResponseBuilder$WriteFunctionResponse",
            "org.springframework.web.servlet.function.DefaultEntityResponseBuilder$CompletionStageEntityResponse",
            "org.springframework.web.servlet.function.DefaultEntityResponseBuilder$PublisherEntityResponse");

    /** Types that promise work for later, while their objects may be finished values. */
    private static final Set<String> PROMISES = Set.of(
            "java.util.Iterator",
            "java.util.function.Supplier",
            "java.util.function.BooleanSupplier",
            "java.util.function.DoubleSupplier",
            "java.util.function.IntSupplier",
            "java.util.function.LongSupplier",
            "kotlin.Lazy",
            "kotlin.jvm.functions.Function0",
            "org.springframework.web.servlet.function.AsyncServerResponse");

    private static final String HTTP_ENTITY = "org.springframework.http.HttpEntity";

    private static final ClassValue<Boolean> IS_WORK = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return Future.class.isAssignableFrom(type)
                    || CompletionStage.class.isAssignableFrom(type)
                    || Callable.class.isAssignableFrom(type)
                    || Runnable.class.isAssignableFrom(type)
                    || Spliterator.class.isAssignableFrom(type)
                    || BaseStream.class.isAssignableFrom(type)
                    || Thread.class.isAssignableFrom(type)
                    || Process.class.isAssignableFrom(type)
                    || ReactiveReturns.isReactive(type)
                    || isOrExtends(type, TYPES);
        }
    };

    private static final ClassValue<Boolean> IS_PROMISE = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return isType(type) || isOrExtends(type, PROMISES);
        }
    };

    /** Lambdas and anonymous classes are code that runs when it is used. */
    private static final ClassValue<Boolean> IS_CODE = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return (type.isHidden() || type.isSynthetic() || type.isAnonymousClass())
                    && !Collection.class.isAssignableFrom(type)
                    && (Iterable.class.isAssignableFrom(type) || isOrExtends(type, PROMISES));
        }
    };

    /** How to get the body of an HTTP entity; empty for all other classes. */
    private static final ClassValue<Optional<Method>> BODY = new ClassValue<>() {
        @Override
        protected Optional<Method> computeValue(Class<?> type) {
            return isOrExtends(type, Set.of(HTTP_ENTITY))
                    ? Optional.ofNullable(ReflectionUtils.findMethod(type, "getBody"))
                    : Optional.empty();
        }
    };

    private UnfinishedWork() {}

    /** Whether objects of a class stand for work that may still go on. */
    static boolean isType(Class<?> type) {
        return IS_WORK.get(type);
    }

    /** Whether a method that declares to return the class promises such work. */
    static boolean isDeclared(Class<?> type) {
        return IS_PROMISE.get(type);
    }

    /** Whether a declared type has such work in it: a list of futures, a response entity with a streaming body. */
    static boolean isDeclaredWithin(ResolvableType type) {
        return isDeclaredWithin(type, 0);
    }

    private static boolean isDeclaredWithin(ResolvableType type, int depth) {
        if (depth < MAX_DEPTH) {
            for (ResolvableType content : contents(type)) {
                if (isDeclared(content.resolve(Object.class)) || isDeclaredWithin(content, depth + 1)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What has to be looked at because a declared type does not say it. */
    static Check checkOf(ResolvableType type) {
        Class<?> declared = type.resolve(Object.class);
        if (declared == Object.class || isOpenWithin(type, 0)) {
            return Check.CONTENT;
        }
        return declared.isInterface() ? Check.RESULT : Check.NONE;
    }

    private static boolean isOpenWithin(ResolvableType type, int depth) {
        if (depth < MAX_DEPTH) {
            for (ResolvableType content : contents(type)) {
                if (content.resolve(Object.class) == Object.class || isOpenWithin(content, depth + 1)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static ResolvableType[] contents(ResolvableType type) {
        if (type.isArray()) {
            return new ResolvableType[] {type.getComponentType()};
        }
        if (type.hasGenerics()) {
            return type.getGenerics();
        }
        ResolvableType iterable = type.as(Iterable.class);
        return iterable != ResolvableType.NONE
                ? iterable.getGenerics()
                : type.as(Map.class).getGenerics();
    }

    /** Work that a call returned and that still goes on, null where there is none. */
    static @Nullable Object find(Check check, @Nullable Object result) {
        return switch (check) {
            case NONE -> null;
            case RESULT -> result != null && goesOn(result) ? result : null;
            case CONTENT -> findWithin(result, 0);
        };
    }

    private static @Nullable Object findWithin(@Nullable Object value, int depth) {
        if (value == null || depth == MAX_DEPTH) {
            return null;
        }
        if (goesOn(value)) {
            return value;
        }
        if (value instanceof Optional<?> optional) {
            return findWithin(optional.orElse(null), depth + 1);
        }
        if (value instanceof Object[] array) {
            return findAmong(Arrays.asList(array), depth);
        }
        if (value instanceof Collection<?> collection && isOfJdk(collection)) {
            return findAmong(collection, depth);
        }
        if (value instanceof Map<?, ?> map && isOfJdk(map)) {
            return findAmong(map.values(), depth);
        }
        Method body = BODY.get(value.getClass()).orElse(null);
        return body == null ? null : findWithin(ReflectionUtils.invokeMethod(body, value), depth + 1);
    }

    private static @Nullable Object findAmong(Iterable<?> values, int depth) {
        for (Object value : values) {
            Object found = findWithin(value, depth + 1);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Reading the elements of others may have side effects: a lazy collection would be loaded. */
    private static boolean isOfJdk(Object collection) {
        return collection.getClass().getName().startsWith("java.util.");
    }

    private static boolean goesOn(Object value) {
        Class<?> type = value.getClass();
        return (isType(type) || IS_CODE.get(type)) && !(value instanceof Future<?> future && future.isDone());
    }

    private static boolean isOrExtends(@Nullable Class<?> type, Set<String> names) {
        if (type == null) {
            return false;
        }
        if (names.contains(type.getName()) || isOrExtends(type.getSuperclass(), names)) {
            return true;
        }
        for (Class<?> declared : type.getInterfaces()) {
            if (isOrExtends(declared, names)) {
                return true;
            }
        }
        return false;
    }
}
