package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.internal.AnnotatedMethod;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ClassUtils;

/** Checks a bean between its constructor and its initialisation: before the container calls a guarded method on it. */
final class ConstructionChecks implements MergedBeanDefinitionPostProcessor {

    private static final Logger log = LoggerFactory.getLogger(ConstructionChecks.class);

    private final GuardedMethods methods;

    private final FinalClasses finalClasses;

    ConstructionChecks(GuardedMethods methods, ConfigurableListableBeanFactory beanFactory) {
        this.methods = methods;
        this.finalClasses = new FinalClasses(beanFactory);
    }

    @Override
    public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String beanName) {
        Class<?> userClass = ClassUtils.getUserClass(type);
        for (GuardType guard : GuardType.values()) {
            GuardAnnotations annotations = methods.of(guard);
            if (annotations.isOn(userClass)) {
                for (Map.Entry<Method, MergedAnnotation<?>> guarded :
                        annotations.guardedMethods(userClass).entrySet()) {
                    check(beanName, guarded.getKey(), userClass, guarded.getValue(), definition);
                }
            }
        }
    }

    private void check(
            String beanName,
            Method method,
            Class<?> userClass,
            MergedAnnotation<?> annotation,
            RootBeanDefinition definition) {
        GuardChecks.refuseCallOfContainer(beanName, method, userClass, annotation, definition);
        if (!Proxy.isProxyClass(userClass) && finalClasses.isToBeSubclassed(beanName, userClass)) {
            throw GuardChecks.unguarded(
                    beanName,
                    AnnotatedMethod.label(annotation, method, userClass),
                    "is one of a final class, of which no proxy by subclass can be made",
                    "Remove final (in Kotlin, make the class open or use the kotlin-spring plugin), make a class of a record,"
                            + " let an interface declare the method and use JDK proxies"
                            + " (spring.aop.proxy-target-class=false), or use LockTemplate.");
        }
        if (!GuardAnnotations.isOnMethod(annotation)) {
            String reason = ContainerCalls.reason(method, userClass, definition);
            if (reason != null) {
                log.warn(
                        "bean '{}': {} does not guard the method that the container calls ({}): it runs without the lock."
                                + " Annotate the methods to guard rather than the type",
                        beanName,
                        AnnotatedMethod.label(annotation, method, userClass),
                        reason);
            }
        }
    }
}
