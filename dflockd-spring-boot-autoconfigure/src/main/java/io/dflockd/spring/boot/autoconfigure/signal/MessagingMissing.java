package io.dflockd.spring.boot.autoconfigure.signal;

import io.dflockd.spring.internal.AnnotatedClasses;
import io.dflockd.spring.signal.annotation.SignalListener;
import io.dflockd.spring.signal.annotation.SignalListeners;
import io.dflockd.spring.signal.endpoint.SignalListenerDefinitionException;
import java.lang.reflect.Method;
import java.util.Set;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/** Fails the start where listeners would be ignored because spring-messaging is not on the class path. */
final class MessagingMissing implements BeanPostProcessor, AopInfrastructureBean {

    private final AnnotatedClasses listeners = new AnnotatedClasses(SignalListener.class);

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
        if (listeners.contains(type)) {
            Set<Method> found =
                    MethodIntrospector.selectMethods(type, (ReflectionUtils.MethodFilter) MessagingMissing::isListener);
            if (!found.isEmpty()) {
                throw new SignalListenerDefinitionException(
                        "@SignalListener of bean '" + beanName + "': the method "
                                + found.iterator().next().toGenericString()
                                + " would never be called, because spring-messaging is not on the class path",
                        "Add the dependency org.springframework:spring-messaging.",
                        null);
            }
        }
        return bean;
    }

    private static boolean isListener(Method method) {
        return AnnotatedElementUtils.hasAnnotation(method, SignalListener.class)
                || AnnotatedElementUtils.hasAnnotation(method, SignalListeners.class);
    }
}
