package io.dflockd.spring.signal.annotation;

import io.dflockd.spring.internal.AnnotatedClasses;
import io.dflockd.spring.internal.AnnotatedMethod;
import io.dflockd.spring.signal.endpoint.SignalListenerDefinitionException;
import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Which beans may listen: singletons, and scoped beans through their proxy, which is a singleton itself. Instances that come
 * and go have no owner that would end their listening.
 */
final class ListenerBeans {

    private static final Logger log = LoggerFactory.getLogger(ListenerBeans.class);

    private static final String SCOPED_TARGET = ScopedProxyUtils.getTargetBeanName("");

    /** Scopes that are never active on a thread that handles signals. */
    private static final Set<String> REQUEST_SCOPES = Set.of("request", "session", "websocket");

    private final AnnotatedClasses listeners;

    ListenerBeans(AnnotatedClasses listeners) {
        this.listeners = listeners;
    }

    /** Creates the proxies of scoped listeners and the products of factory beans, and refuses beans that cannot listen. */
    void prepare(ConfigurableBeanFactory factory) {
        if (!(factory instanceof ConfigurableListableBeanFactory beans)) {
            return;
        }
        for (String name : beans.getBeanDefinitionNames()) {
            BeanDefinition definition = beans.getMergedBeanDefinition(name);
            if (definition.isAbstract()) {
                continue;
            }
            if (definition.isSingleton()) {
                prepareSingleton(beans, name, definition);
                continue;
            }
            Class<?> type = beans.getType(name, false);
            if (type == null || !listeners.contains(type)) {
                continue;
            }
            if (!ScopedProxyUtils.isScopedTarget(name)) {
                throw refused(name, type, null, definition.getScope());
            }
            String proxy = name.substring(SCOPED_TARGET.length());
            if (REQUEST_SCOPES.contains(String.valueOf(definition.getScope()))) {
                throw new SignalListenerDefinitionException(
                        label(proxy, type, null) + " belongs to the scope '" + definition.getScope()
                                + "', which is not active when a signal arrives",
                        "Move the listener to a singleton.",
                        null);
            }
            // Registers its methods; a scoped proxy is made when it is asked for.
            beans.getBean(proxy);
        }
    }

    /** What a factory bean makes, the container makes when it is asked for. */
    private void prepareSingleton(ConfigurableListableBeanFactory beans, String name, BeanDefinition definition) {
        boolean exists = beans.containsSingleton(name);
        boolean made = exists && beans.isFactoryBean(name);
        if (!made && (exists || !definition.isLazyInit())) {
            return;
        }
        Class<?> type = beans.getType(name, false);
        if (type == null || !listeners.contains(type)) {
            return;
        }
        if (made) {
            beans.getBean(name);
        } else {
            log.info("{} does not listen until the bean is made, because the bean is lazy", label(name, type, null));
        }
    }

    /** Refuses an instance that is not a singleton. */
    void checkScope(ConfigurableBeanFactory beans, String beanName, Class<?> type, Method method) {
        if (beans.containsLocalBean(beanName) && !beans.isSingleton(beanName)) {
            String scope = beans instanceof ConfigurableListableBeanFactory listable
                            && listable.containsBeanDefinition(beanName)
                    ? listable.getMergedBeanDefinition(beanName).getScope()
                    : null;
            throw refused(beanName, type, method, scope);
        }
    }

    private static SignalListenerDefinitionException refused(
            String beanName, Class<?> type, @Nullable Method method, @Nullable String scope) {
        boolean prototype = scope == null || scope.equals(BeanDefinition.SCOPE_PROTOTYPE);
        return new SignalListenerDefinitionException(
                label(beanName, type, method) + " belongs to "
                        + (prototype ? "a prototype" : "the scope '" + scope + "' without a scoped proxy")
                        + ": each instance would listen, and none would ever stop",
                prototype
                        ? "Make the bean a singleton, or move the listener to one."
                        : "Give the scope a proxyMode (ScopedProxyMode.TARGET_CLASS), or make the bean a singleton.",
                null);
    }

    private static String label(String beanName, Class<?> type, @Nullable Method known) {
        Method method = known == null ? firstListener(type) : known;
        return "@SignalListener of bean '" + beanName + "': the method "
                + (method == null ? type.getName() + ".?" : AnnotatedMethod.name(method, type));
    }

    private static @Nullable Method firstListener(Class<?> type) {
        for (Method method : ReflectionUtils.getUniqueDeclaredMethods(type)) {
            if (AnnotatedElementUtils.hasAnnotation(method, SignalListener.class)
                    || AnnotatedElementUtils.hasAnnotation(method, SignalListeners.class)) {
                return method;
            }
        }
        return null;
    }
}
