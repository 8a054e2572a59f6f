package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.interceptor.UnfinishedWork.Check;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Recognises methods that return reactive types, {@code suspend} functions among them, whatever of Reactor and Kotlin is on
 * the class path; refuses those whose bridge to Reactor is missing, since they would be taken for finished.
 */
public final class ReactiveReturns {

    private static final String CONTINUATION = "kotlin.coroutines.Continuation";

    private static final Set<String> REACTIVE = Set.of(
            "org.reactivestreams.Publisher", "java.util.concurrent.Flow$Publisher", "kotlinx.coroutines.flow.Flow");

    private static final Set<String> REACTIVE_PACKAGES = Set.of("io.reactivex.", "io.smallrye.mutiny.");

    private static final boolean REACTOR_PRESENT = isPresent("reactor.core.publisher.Flux");

    private static final boolean COROUTINES_PRESENT = REACTOR_PRESENT
            && isPresent("kotlinx.coroutines.reactor.MonoKt")
            && isPresent("kotlin.reflect.full.KCallables");

    private ReactiveReturns() {}

    /** How to guard the method; null where it is not reactive. */
    static @Nullable GuardedReturn forMethod(String label, Method method, ResolvableType declared, boolean skips) {
        if (isSuspending(method)) {
            return suspending(label, method, skips);
        }
        Class<?> type = method.getReturnType();
        if (CompletionStage.class.isAssignableFrom(type)) {
            return null;
        }
        ReactiveAdapter adapter =
                REACTOR_PRESENT ? ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) : null;
        if (adapter != null) {
            GuardedReturns.refuseWithin(label, declared);
            return new ReactiveReturn(
                    adapter.isMultiValue(), checkOf(declared), adapter::toPublisher, adapter::fromPublisher);
        }
        if (isReactive(type)) {
            throw new LockDefinitionException(
                    label + " returns " + type.getName()
                            + ", which nothing on the class path bridges to Reactor, so that the"
                            + " lock could not be held until it ends",
                    "Add io.projectreactor:reactor-core"
                            + (type.getName().startsWith("kotlinx.")
                                    ? " and org.jetbrains.kotlinx:kotlinx-coroutines-reactor."
                                    : "."),
                    null);
        }
        return null;
    }

    private static GuardedReturn suspending(String label, Method method, boolean skips) {
        if (!COROUTINES_PRESENT) {
            throw new LockDefinitionException(
                    label
                            + " is a suspend function, but kotlinx-coroutines-reactor or kotlin-reflect is missing, so that the"
                            + " lock would be free at its first suspension",
                    "Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor and org.jetbrains.kotlin:kotlin-reflect.",
                    null);
        }
        Class<?> type = new MethodParameter(method, -1).getParameterType();
        boolean many = isReactive(type) && !type.getName().equals("reactor.core.publisher.Mono");
        ResolvableType declared = ResolvableType.forType(new MethodParameter(method, -1).getGenericParameterType());
        GuardedReturns.refuseWithin(label, declared);
        if (!isReactive(type)) {
            GuardedReturns.refuse(label, declared);
            if (skips) {
                GuardedReturns.refuseEmpty(label, method, type);
            }
        }
        Check check = isReactive(type) ? checkOf(declared) : UnfinishedWork.checkOf(declared);
        return new ReactiveReturn(many, check, result -> (Publisher<?>) result, result -> result);
    }

    /** Of the values that a reactive type gives; none where it gives no values. */
    private static Check checkOf(ResolvableType declared) {
        ResolvableType value = declared.getGeneric();
        return value == ResolvableType.NONE ? Check.NONE : UnfinishedWork.checkOf(value);
    }

    private static boolean isSuspending(Method method) {
        Class<?>[] parameters = method.getParameterTypes();
        return parameters.length > 0
                && parameters[parameters.length - 1].getName().equals(CONTINUATION);
    }

    /**
     * Whether a type is a reactive one, of whatever library.
     *
     * @param type the type
     * @return false for values and stages
     */
    public static boolean isReactive(Class<?> type) {
        if (REACTIVE.contains(type.getName()) || (type.getSuperclass() != null && isReactive(type.getSuperclass()))) {
            return true;
        }
        for (String reactivePackage : REACTIVE_PACKAGES) {
            if (type.getName().startsWith(reactivePackage)) {
                return true;
            }
        }
        for (Class<?> declared : type.getInterfaces()) {
            if (isReactive(declared)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPresent(String className) {
        return ClassUtils.isPresent(className, ReactiveReturns.class.getClassLoader());
    }
}
