package io.dflockd.spring.lock.interceptor;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Guards the calls of annotated methods. */
final class GuardInterceptor implements MethodInterceptor {

    private final GuardDefinitions definitions;

    GuardInterceptor(GuardDefinitions definitions) {
        this.definitions = definitions;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        GuardDefinition definition = definitions.get(
                invocation.getMethod(),
                target != null ? target.getClass() : invocation.getMethod().getDeclaringClass());
        return definition.invoke(invocation);
    }
}
