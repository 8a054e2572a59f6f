package io.dflockd.spring.lock.interceptor;

import java.io.Serializable;
import java.lang.reflect.Method;
import org.aopalliance.aop.Advice;
import org.springframework.aop.ClassFilter;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.ImportRuntimeHints;

/**
 * Puts the interceptor of one annotation before the methods that have it. Looks nothing up when it is made: a proxy
 * creator makes advisors before most beans, and during ahead-of-time processing.
 */
@ImportRuntimeHints(GuardRuntimeHints.class)
final class GuardAdvisor extends AbstractPointcutAdvisor {

    private static final long serialVersionUID = 1L;

    private final GuardType type;

    private final transient BeanFactory beanFactory;

    private final transient GuardAnnotations annotations;

    private final transient GuardDefinitions definitions;

    private final transient Pointcut pointcut;

    private final transient GuardInterceptor interceptor;

    GuardAdvisor(
            GuardType type,
            GuardedMethods methods,
            ConfigurableListableBeanFactory beanFactory,
            ApplicationEventPublisher publisher) {
        this.type = type;
        this.beanFactory = beanFactory;
        this.annotations = methods.of(type);
        this.definitions =
                new GuardDefinitions(type, annotations, beanFactory, new GuardOperations(beanFactory, publisher));
        this.pointcut = new AnnotationPointcut(annotations);
        this.interceptor = new GuardInterceptor(definitions);
        setOrder(LockingInfrastructure.DEFAULT_ORDER);
    }

    GuardType type() {
        return type;
    }

    GuardAnnotations annotations() {
        return annotations;
    }

    GuardDefinitions definitions() {
        return definitions;
    }

    @Override
    public Pointcut getPointcut() {
        return pointcut;
    }

    @Override
    public Advice getAdvice() {
        return interceptor;
    }

    /** A proxy that is deserialized finds the advisor of its application again. */
    private Object writeReplace() {
        return new Reference(beanFactory, LockingInfrastructure.advisorBeanName(type));
    }

    private record Reference(BeanFactory beanFactory, String beanName) implements Serializable {

        private Object readResolve() {
            return beanFactory.getBean(beanName, GuardAdvisor.class);
        }
    }

    /** Methods that have the annotation. */
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
