package io.dflockd.spring.lock.interceptor;

import java.lang.reflect.Method;
import java.util.Arrays;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;

/**
 * Guarded calls of this thread whose target is another proxy, which may guard the same call: a bean that two proxy creators
 * process, or a {@code ProxyFactoryBean} of a guarded bean. The outer one locks, and the inner one need not: it is asked while
 * the outer one holds what it would ask for.
 */
final class HeldOutside {

    private static final ThreadLocal<@Nullable HeldOutside> INNERMOST = new ThreadLocal<>();

    private final GuardDefinition definition;

    private final String key;

    private final Method method;

    private final @Nullable HeldOutside outer;

    /** Only the next proxy of the same call need not lock, and neither a call that the method makes nor a later one. */
    private boolean used;

    private HeldOutside(GuardDefinition definition, String key, Method method, @Nullable HeldOutside outer) {
        this.definition = definition;
        this.key = key;
        this.method = method;
        this.outer = outer;
    }

    /** Goes on with a call, while its lock is held. */
    static @Nullable Object proceed(MethodInvocation invocation, GuardDefinition definition, String key)
            throws Throwable {
        if (!(invocation.getThis() instanceof Advised)) {
            return invocation.proceed();
        }
        HeldOutside outer = INNERMOST.get();
        HeldOutside held = new HeldOutside(definition, key, invocation.getMethod(), outer);
        try {
            INNERMOST.set(held);
            return invocation.proceed();
        } finally {
            // First, and it needs no stack: a call that is over is never taken for one that holds its lock.
            held.used = true;
            if (outer == null) {
                INNERMOST.remove();
            } else {
                INNERMOST.set(outer);
            }
        }
    }

    /** Whether a call goes on one that holds its lock. True once. */
    static boolean covers(MethodInvocation invocation, GuardDefinition definition, String key) {
        for (HeldOutside held = INNERMOST.get(); held != null; held = held.outer) {
            if (!held.used && held.isFor(invocation.getMethod(), definition, key)) {
                held.used = true;
                return true;
            }
        }
        return false;
    }

    private boolean isFor(Method called, GuardDefinition asked, String askedKey) {
        return key.equals(askedKey)
                && definition.hasKeysOf(asked)
                && method.getName().equals(called.getName())
                && Arrays.equals(method.getParameterTypes(), called.getParameterTypes());
    }
}
