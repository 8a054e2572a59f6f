package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.internal.AnnotatedMethod;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ClassUtils;

/**
 * Checks a bean between its constructor and its initialisation: before the container calls a guarded method on it, and before
 * anything gets a bean that is made while there is no proxy creator.
 */
final class ConstructionChecks implements MergedBeanDefinitionPostProcessor {

    private static final Logger log = LoggerFactory.getLogger(ConstructionChecks.class);

    private final List<GuardKind> kinds;

    private final FinalClasses finalClasses;

    private final ProxyCreators creators;

    ConstructionChecks(List<GuardKind> kinds, ConfigurableListableBeanFactory beanFactory) {
        this.kinds = kinds;
        this.finalClasses = new FinalClasses(beanFactory);
        this.creators = new ProxyCreators(beanFactory);
    }

    @Override
    public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String beanName) {
        Class<?> userClass = ClassUtils.getUserClass(type);
        for (GuardKind kind : kinds) {
            if (kind.annotations().isOn(userClass)) {
                for (Map.Entry<Method, MergedAnnotation<?>> guarded :
                        kind.annotations().guardedMethods(userClass).entrySet()) {
                    check(beanName, guarded.getKey(), userClass, guarded.getValue(), definition, kind);
                }
                refuseWithoutCreator(beanName, userClass, kind);
            }
        }
    }

    /** For what no definition shows: what a factory bean makes, and proxies that others make. */
    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (!creators.areReady()) {
            for (GuardKind kind : kinds) {
                Class<?> guarded = ProxyChain.guardedClass(bean, ProxyChain.targetClass(bean), kind.annotations());
                if (guarded != null) {
                    refuseWithoutCreator(beanName, guarded, kind);
                }
            }
        }
        return bean;
    }

    private void refuseWithoutCreator(String beanName, Class<?> type, GuardKind kind) {
        if (creators.areReady() || AopInfrastructureBean.class.isAssignableFrom(type)) {
            return;
        }
        for (Map.Entry<Method, MergedAnnotation<?>> guarded :
                kind.annotations().guardedMethods(type).entrySet()) {
            throw kind.refusal(
                    beanName,
                    AnnotatedMethod.label(guarded.getValue(), guarded.getKey(), type),
                    "is on a bean without a proxy, because the bean is made before proxies can be",
                    "A BeanPostProcessor or BeanFactoryPostProcessor depends on the bean: declare that one's @Bean method"
                            + " static and give it an ObjectProvider or a @Lazy parameter, or " + kind.remedy() + ".");
        }
    }

    private void check(
            String beanName,
            Method method,
            Class<?> userClass,
            MergedAnnotation<?> annotation,
            RootBeanDefinition definition,
            GuardKind kind) {
        ContainerCalls.refuse(beanName, method, userClass, annotation, definition, kind);
        if (!Proxy.isProxyClass(userClass) && finalClasses.isToBeSubclassed(beanName, userClass)) {
            throw kind.refusal(
                    beanName,
                    AnnotatedMethod.label(annotation, method, userClass),
                    "is one of a final class, of which no proxy by subclass can be made",
                    "Remove final (in Kotlin, make the class open or use the kotlin-spring plugin), make a class of a record,"
                            + " let an interface declare the method and use JDK proxies"
                            + " (spring.aop.proxy-target-class=false), or " + kind.remedy() + ".");
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
