package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.LockOperations;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Guards calls until their work is done, which depends on what a method returns. */
@FunctionalInterface
interface GuardedReturn {

    /** Guards one call; what it returns is what the method's caller gets. */
    @Nullable
    Object invoke(MethodInvocation invocation, LockOperations operations, String key, GuardDefinition definition)
            throws Throwable;
}
