package io.dflockd.spring.boot.autoconfigure.signal;

import io.dflockd.spring.signal.annotation.SignalListener;
import io.dflockd.spring.signal.annotation.SignalListeners;
import java.lang.reflect.Method;
import java.util.Set;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/** Fails the start where listeners would be ignored because spring-messaging is not on the class path. */
final class MessagingMissing implements BeanPostProcessor {

    private static final ReflectionUtils.MethodFilter LISTENERS =
            method -> AnnotatedElementUtils.isAnnotated(method, SignalListener.class)
                    || AnnotatedElementUtils.isAnnotated(method, SignalListeners.class);

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
        if (AnnotationUtils.isCandidateClass(type, SignalListener.class)) {
            Set<Method> found = MethodIntrospector.selectMethods(type, LISTENERS);
            if (!found.isEmpty()) {
                throw new IllegalStateException("@SignalListener on "
                        + found.iterator().next().toGenericString()
                        + " needs spring-messaging; add the dependency org.springframework:spring-messaging");
            }
        }
        return bean;
    }
}
