package io.dflockd.spring.leader;

import io.dflockd.spring.lock.interceptor.AnnotationAdvisor;
import io.dflockd.spring.lock.interceptor.GuardKind;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Puts the check of the leadership before annotated methods. */
final class LeaderOnlyAdvisor extends AnnotationAdvisor {

    private static final long serialVersionUID = 1L;

    private final transient GuardKind kind;

    private final transient LeaderOnlyMethods methods;

    private final transient MethodInterceptor interceptor = this::invoke;

    LeaderOnlyAdvisor(LeaderOnlyChecks checks, ConfigurableListableBeanFactory beanFactory) {
        super(checks.kind().annotations(), beanFactory, LeaderOnlyInfrastructure.ADVISOR_BEAN_NAME);
        this.kind = checks.kind();
        this.methods = new LeaderOnlyMethods(annotations(), beanFactory);
        setOrder(LeaderOnlyInfrastructure.ORDER);
    }

    GuardKind kind() {
        return kind;
    }

    LeaderOnlyMethods methods() {
        return methods;
    }

    private @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        return methods.get(
                        invocation.getMethod(),
                        target != null
                                ? target.getClass()
                                : invocation.getMethod().getDeclaringClass())
                .invoke(invocation);
    }

    @Override
    public Advice getAdvice() {
        return interceptor;
    }
}
