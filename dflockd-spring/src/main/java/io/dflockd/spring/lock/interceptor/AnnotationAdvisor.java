package io.dflockd.spring.lock.interceptor;

import java.io.Serializable;
import java.lang.reflect.Method;
import org.springframework.aop.ClassFilter;
import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.BeanFactory;

/**
 * Puts an interceptor before the methods that have an annotation. Looks nothing up when it is made: a proxy creator makes advisors
 * before most beans, and during ahead-of-time processing.
 */
public abstract class AnnotationAdvisor extends AbstractPointcutAdvisor implements AopInfrastructureBean {

    private static final long serialVersionUID = 1L;

    private final transient GuardAnnotations annotations;

    private final transient BeanFactory beanFactory;

    private final transient String beanName;

    private final transient Pointcut pointcut;

    /**
     * Makes an advisor.
     *
     * @param annotations which methods have the annotation
     * @param beanFactory what has the advisor as a bean
     * @param beanName the name of that bean
     */
    protected AnnotationAdvisor(GuardAnnotations annotations, BeanFactory beanFactory, String beanName) {
        this.annotations = annotations;
        this.beanFactory = beanFactory;
        this.beanName = beanName;
        this.pointcut = new AnnotationPointcut(annotations);
    }

    /**
     * Which methods have the annotation.
     *
     * @return the same for all calls
     */
    public final GuardAnnotations annotations() {
        return annotations;
    }

    @Override
    public final Pointcut getPointcut() {
        return pointcut;
    }

    /**
     * A proxy that is deserialized finds the advisor of its application again.
     *
     * @return what is serialized
     */
    protected final Object writeReplace() {
        return new Reference(beanFactory, beanName);
    }

    private record Reference(BeanFactory beanFactory, String beanName) implements Serializable {

        private Object readResolve() {
            return beanFactory.getBean(beanName, AnnotationAdvisor.class);
        }
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
