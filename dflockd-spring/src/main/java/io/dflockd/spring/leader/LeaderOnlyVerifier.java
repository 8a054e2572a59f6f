package io.dflockd.spring.leader;

import io.dflockd.spring.internal.AnnotatedMethod;
import io.dflockd.spring.internal.ProxyReach;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.interceptor.AnnotatedBeanVerifier;
import io.dflockd.spring.lock.interceptor.ContainerCalls;
import io.dflockd.spring.lock.interceptor.GuardedProxies;
import io.dflockd.spring.lock.interceptor.ProxyChain;
import io.dflockd.spring.lock.interceptor.TestOverrides;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ClassUtils;

/** Fails the start where an annotated method would run on every node, or names a role without an election. */
final class LeaderOnlyVerifier extends AnnotatedBeanVerifier {

    private final LeaderOnlyAdvisor advisor;

    private final GuardedProxies proxies;

    LeaderOnlyVerifier(ConfigurableListableBeanFactory beanFactory, LeaderOnlyAdvisor advisor, GuardedProxies proxies) {
        super(beanFactory, overridesIn(beanFactory), LeaderOnlyInfrastructure.VERIFIER_BEAN_NAME);
        this.advisor = advisor;
        this.proxies = proxies;
    }

    private static TestOverrides overridesIn(ConfigurableListableBeanFactory beanFactory) {
        TestOverrides overrides = new TestOverrides();
        overrides.find(beanFactory);
        return overrides;
    }

    @Override
    protected void checkBean(String beanName, Object bean, Class<?> targetClass, @Nullable BeanDefinition definition) {
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        for (Method method : annotatedMethods(userClass)) {
            checkMethod(beanName, method, userClass, definition);
            refuse(beanName, method, userClass, whyNotBehindTheProxy(beanName, bean, method, userClass));
        }
    }

    @Override
    protected void checkType(String beanName, Class<?> type, @Nullable BeanDefinition definition) {
        Class<?> userClass = ClassUtils.getUserClass(type);
        for (Method method : annotatedMethods(userClass)) {
            checkMethod(beanName, method, userClass, definition);
        }
    }

    @Override
    protected void checkExposedEarly(String beanName, Class<?> targetClass) {
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        for (Method method : annotatedMethods(userClass)) {
            if (ContainerCalls.isByPostProcessor(method)) {
                refuse(
                        beanName,
                        method,
                        userClass,
                        "is called on the bean itself, past its proxy, because the bean is part of a circular reference");
            }
        }
    }

    private Set<Method> annotatedMethods(Class<?> userClass) {
        return advisor.annotations().isOn(userClass)
                ? advisor.annotations().guardedMethods(userClass).keySet()
                : Set.of();
    }

    private void checkMethod(String beanName, Method method, Class<?> userClass, @Nullable BeanDefinition definition) {
        int modifiers = method.getModifiers();
        if (Modifier.isPrivate(modifiers) || Modifier.isStatic(modifiers)) {
            refuse(beanName, method, userClass, "is private or static, so that no proxy can stand before it");
        }
        String call = ContainerCalls.reason(method, userClass, definition);
        if (call != null) {
            refuse(
                    beanName,
                    method,
                    userClass,
                    "is called by the container on the bean itself, past its proxy (" + call + ")");
        }
        whenSingletonsAreMade(() -> checkRole(beanName, method, userClass));
    }

    /** Makes the elections. */
    private void checkRole(String beanName, Method method, Class<?> userClass) {
        try {
            advisor.methods().get(method, userClass);
        } catch (LockDefinitionException ex) {
            throw new LockDefinitionException(
                    "bean '" + beanName + "': " + ex.description(), ex.action(), ex.getCause());
        }
    }

    private @Nullable String whyNotBehindTheProxy(String beanName, Object bean, Method method, Class<?> userClass) {
        if (!ProxyChain.advisorsOf(bean).contains(advisor) && !proxies.contains(beanName, bean, advisor)) {
            return "is on a bean without a proxy for it, perhaps because the bean was made too early";
        }
        if (Proxy.isProxyClass(bean.getClass())) {
            return ProxyReach.isDeclaredByInterface(bean, method, userClass)
                    ? null
                    : "is not declared by an interface of the bean's JDK proxy";
        }
        return Modifier.isFinal(method.getModifiers()) || ProxyReach.isHiddenFrom(bean.getClass(), method)
                ? "cannot be overridden by the proxy, because it is final or package-private elsewhere"
                : null;
    }

    private void refuse(String beanName, Method method, Class<?> userClass, @Nullable String why) {
        if (why != null) {
            MergedAnnotation<?> annotation = Objects.requireNonNull(
                    advisor.annotations().guardedMethods(userClass).get(method));
            throw new LockDefinitionException(
                    "bean '" + beanName + "': " + AnnotatedMethod.label(annotation, method, userClass)
                            + " would run on every node: the method " + why,
                    "Annotate a public method of a bean that is called from another bean and is in no circular reference,"
                            + " or ask LeaderRoles.isLeader in the method.",
                    null);
        }
    }
}
