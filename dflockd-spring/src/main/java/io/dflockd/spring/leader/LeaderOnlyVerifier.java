package io.dflockd.spring.leader;

import io.dflockd.spring.internal.ProxyReach;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.interceptor.ContainerCalls;
import io.dflockd.spring.lock.interceptor.ProxyChain;
import io.dflockd.spring.lock.interceptor.TestOverrides;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;

/**
 * Fails the start where an annotated method would run on every node, or names a role without an election: once all singletons are
 * made for those, and as the last post-processor for beans that are made later.
 */
final class LeaderOnlyVerifier implements BeanPostProcessor, SmartInitializingSingleton, Ordered {

    private final ConfigurableListableBeanFactory beanFactory;

    private final LeaderOnlyAdvisor advisor;

    private final TestOverrides overrides = new TestOverrides();

    private volatile boolean started;

    LeaderOnlyVerifier(ConfigurableListableBeanFactory beanFactory, LeaderOnlyAdvisor advisor) {
        this.beanFactory = beanFactory;
        this.advisor = advisor;
        overrides.find(beanFactory);
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (started || isOfOtherScope(beanName)) {
            check(beanName, bean);
        }
        return bean;
    }

    @Override
    public void afterSingletonsInstantiated() {
        started = true;
        for (String beanName : beanFactory.getBeanNamesForType(Object.class, true, false)) {
            Object singleton = overrides.contains(beanName) ? null : beanFactory.getSingleton(beanName);
            if (singleton != null) {
                check(beanName, singleton);
            }
        }
    }

    private boolean isOfOtherScope(String beanName) {
        return beanFactory.containsBeanDefinition(beanName)
                && !beanFactory.getMergedBeanDefinition(beanName).isSingleton();
    }

    private void check(String beanName, Object bean) {
        Class<?> userClass = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
        if (!advisor.annotations().isOn(userClass)) {
            return;
        }
        List<Advisor> chain = ProxyChain.advisorsOf(bean);
        for (Method method : advisor.annotations().guardedMethods(userClass).keySet()) {
            String why = whyUnguarded(beanName, bean, chain, method, userClass);
            if (why != null) {
                throw new LockDefinitionException(
                        "bean '" + beanName + "': " + LeaderOnlyMethods.label(method, userClass)
                                + " would run on every node: the method " + why,
                        "Annotate a public method of a bean that is called from another bean, or ask LeaderRoles.isLeader"
                                + " in the method.",
                        null);
            }
            try {
                advisor.methods().get(method, userClass);
            } catch (LockDefinitionException ex) {
                throw new LockDefinitionException(
                        "bean '" + beanName + "': " + ex.description(), ex.action(), ex.getCause());
            }
        }
    }

    private @Nullable String whyUnguarded(
            String beanName, Object bean, List<Advisor> chain, Method method, Class<?> userClass) {
        int modifiers = method.getModifiers();
        if (Modifier.isPrivate(modifiers) || Modifier.isStatic(modifiers)) {
            return "is private or static, so that no proxy can stand before it";
        }
        String call = ContainerCalls.reason(method, userClass, definition(beanName));
        if (call != null) {
            return "is called by the container on the bean itself, past its proxy (" + call + ")";
        }
        if (!chain.contains(advisor)) {
            return "is on a bean without a proxy for it, perhaps because the bean was made too early";
        }
        if (Proxy.isProxyClass(bean.getClass())) {
            return ProxyReach.isDeclaredByInterface(bean, method, userClass)
                    ? null
                    : "is not declared by an interface of the bean's JDK proxy";
        }
        return Modifier.isFinal(modifiers) || ProxyReach.isHiddenFrom(bean.getClass(), method)
                ? "cannot be overridden by the proxy, because it is final or package-private elsewhere"
                : null;
    }

    private @Nullable BeanDefinition definition(String beanName) {
        return beanFactory.containsBeanDefinition(beanName) ? beanFactory.getMergedBeanDefinition(beanName) : null;
    }
}
