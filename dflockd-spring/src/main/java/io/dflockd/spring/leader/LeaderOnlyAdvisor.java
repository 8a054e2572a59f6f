package io.dflockd.spring.leader;

import io.dflockd.spring.lock.interceptor.GuardAnnotations;
import java.lang.reflect.Method;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ClassFilter;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Puts the check of the leadership before annotated methods. Looks no bean up when it is made. */
final class LeaderOnlyAdvisor extends AbstractPointcutAdvisor {

    private static final long serialVersionUID = 1L;

    private final transient GuardAnnotations annotations = new GuardAnnotations(LeaderOnly.class);

    private final transient LeaderOnlyMethods methods;

    private final transient Pointcut pointcut = new AnnotationPointcut(annotations);

    private final transient MethodInterceptor interceptor = this::invoke;

    LeaderOnlyAdvisor(ConfigurableListableBeanFactory beanFactory) {
        this.methods = new LeaderOnlyMethods(annotations, beanFactory);
        setOrder(LeaderOnlyInfrastructure.ORDER);
    }

    GuardAnnotations annotations() {
        return annotations;
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
    public Pointcut getPointcut() {
        return pointcut;
    }

    @Override
    public Advice getAdvice() {
        return interceptor;
    }

    private static final class AnnotationPointcut extends StaticMethodMatcherPointcut implements ClassFilter {

        private final GuardAnnotations annotations;

        AnnotationPointcut(GuardAnnotations annotations) {
            this.annotations = annotations;
            setClassFilter(this);
        }

        @Override
        public boolean matches(Class<?> type) {
            return annotations.isOn(type);
        }

        @Override
        public boolean matches(Method method, Class<?> targetClass) {
            return annotations.find(method, targetClass) != null;
        }
    }
}
