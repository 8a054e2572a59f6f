package io.dflockd.spring.leader;

import io.dflockd.spring.internal.EmptyReturns;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.interceptor.ReactiveReturns;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/** Runs or skips a call, which depends on what the method returns. */
@FunctionalInterface
interface LeaderOnlyReturn {

    /** Runs the call if this application leads. What it returns is what the caller gets. */
    @Nullable
    Object invoke(MethodInvocation invocation, BooleanSupplier isLeader) throws Throwable;

    /** How the calls of a method are skipped; refuses a method that promises a value. */
    static LeaderOnlyReturn forMethod(String label, Method method, Class<?> targetClass) {
        Class<?>[] parameters = method.getParameterTypes();
        boolean suspends = parameters.length > 0
                && parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation");
        Class<?> type = suspends ? new MethodParameter(method, -1).getParameterType() : method.getReturnType();
        boolean reactive = ReactiveReturns.isReactive(type);
        if ((suspends || reactive) && !CompletionStage.class.isAssignableFrom(type)) {
            if (!ClassUtils.isPresent("reactor.core.publisher.Flux", LeaderOnlyReturn.class.getClassLoader())) {
                throw new LockDefinitionException(
                        label + " is a suspend function or returns " + type.getName()
                                + ", which cannot be skipped without Reactor",
                        "Add io.projectreactor:reactor-core, for suspend functions kotlinx-coroutines-reactor as well.",
                        null);
            }
            if (suspends && !reactive) {
                refusePromise(label, method, type);
            }
            return suspends
                    ? ReactiveLeaderOnlyReturn.ofSuspending(reactive)
                    : ReactiveLeaderOnlyReturn.of(label, type);
        }
        Object skipped = skipped(label, method, type, targetClass);
        return (invocation, isLeader) -> isLeader.getAsBoolean() ? invocation.proceed() : skipped;
    }

    private static @Nullable Object skipped(String label, Method method, Class<?> type, Class<?> targetClass) {
        if (CompletionStage.class.isAssignableFrom(type) || Future.class.isAssignableFrom(type)) {
            if (!type.isAssignableFrom(CompletableFuture.class)) {
                throw new LockDefinitionException(
                        label + " returns " + type.getName() + ", which cannot be made for a call that is skipped",
                        "Return CompletionStage or CompletableFuture.",
                        null);
            }
            Class<?> content = ResolvableType.forMethodReturnType(method, targetClass)
                    .getGeneric(0)
                    .resolve(Object.class);
            return CompletableFuture.completedFuture(EmptyReturns.optional(content));
        }
        Object empty = EmptyReturns.optional(type);
        if (empty == null) {
            refusePromise(label, method, type);
        }
        return empty;
    }

    private static void refusePromise(String label, Method method, Class<?> type) {
        if (EmptyReturns.promisesValue(method, type)) {
            throw new LockDefinitionException(
                    label + " returns null when the call is skipped, but the method promises a value of type "
                            + type.getName(),
                    "Return a nullable type or an Optional.",
                    null);
        }
    }
}
