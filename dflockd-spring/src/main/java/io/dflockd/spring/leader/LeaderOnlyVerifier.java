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

    private static final String WITHOUT_PROXY =
            "is on a bean without a proxy for it: it was made too early, or in a child context without @EnableLeaderOnly";

    private final LeaderOnlyAdvisor advisor;

    private final GuardedProxies proxies;

    LeaderOnlyVerifier(
            ConfigurableListableBeanFactory beanFactory,
            LeaderOnlyAdvisor advisor,
            GuardedProxies proxies,
            TestOverrides overrides) {
        super(beanFactory, overrides, LeaderOnlyInfrastructure.VERIFIER_BEAN_NAME);
        this.advisor = advisor;
        this.proxies = proxies;
    }

    @Override
    protected void checkBean(
            String beanName, Object bean, Class<?> targetClass, @Nullable BeanDefinition definition, boolean recorded) {
        Class<?> guarded = ProxyChain.guardedClass(bean, targetClass, advisor.annotations());
        if (guarded != null) {
            boolean proxied = ProxyChain.advisorsOf(bean).contains(advisor)
                    || (recorded && proxies.contains(beanName, bean, advisor));
            for (Method method : annotatedMethods(guarded)) {
                checkMethod(beanName, method, guarded, definition);
                refuse(beanName, method, guarded, proxied ? whyNotReached(bean, method, guarded) : WITHOUT_PROXY);
            }
        }
    }

    @Override
    protected void checkType(String beanName, Class<?> type, @Nullable BeanDefinition definition, boolean proxied) {
        Class<?> userClass = ClassUtils.getUserClass(type);
        for (Method method : annotatedMethods(userClass)) {
            checkMethod(beanName, method, userClass, definition);
            refuse(beanName, method, userClass, proxied ? null : WITHOUT_PROXY);
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
        ContainerCalls.refuse(beanName, method, userClass, annotation(method, userClass), definition, advisor.kind());
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

    private static @Nullable String whyNotReached(Object bean, Method method, Class<?> userClass) {
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
            throw advisor.kind()
                    .refusal(
                            beanName,
                            AnnotatedMethod.label(annotation(method, userClass), method, userClass),
                            why,
                            "Annotate a public method of a bean that is called from another bean and is in no circular"
                                    + " reference, or " + advisor.kind().remedy() + " in the method.");
        }
    }

    private MergedAnnotation<?> annotation(Method method, Class<?> userClass) {
        return Objects.requireNonNull(
                advisor.annotations().guardedMethods(userClass).get(method));
    }
}
