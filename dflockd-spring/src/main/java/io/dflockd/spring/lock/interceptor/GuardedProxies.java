package io.dflockd.spring.lock.interceptor;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;

/**
 * Remembers which beans got a proxy with our advisors, directly after the proxy creator: other post-processors may wrap that
 * proxy in one of their own, which does not show what is behind it.
 */
public final class GuardedProxies implements SmartInstantiationAwareBeanPostProcessor, AopInfrastructureBean, Ordered {

    private static final String BEAN_NAME = "io.dflockd.spring.internalGuardedProxies";

    /** With the classes behind the proxies. */
    private final Map<Guarded, Set<Class<?>>> guarded = new ConcurrentHashMap<>();

    GuardedProxies() {}

    /**
     * Registers it. Does nothing where it is registered already.
     *
     * @param registry where to
     */
    public static void register(BeanDefinitionRegistry registry) {
        if (!registry.containsBeanDefinition(BEAN_NAME)) {
            RootBeanDefinition definition = new RootBeanDefinition(GuardedProxies.class);
            definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
            registry.registerBeanDefinition(BEAN_NAME, definition);
        }
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 1;
    }

    @Override
    public Object getEarlyBeanReference(Object bean, String beanName) {
        return postProcessAfterInitialization(bean, beanName);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof Advised) {
            for (Advisor advisor : ProxyChain.advisorsOf(bean)) {
                if (advisor instanceof AnnotationAdvisor ours) {
                    guarded.computeIfAbsent(guarded(beanName, bean, ours), each -> ConcurrentHashMap.newKeySet())
                            .add(ProxyChain.targetClass(bean));
                }
            }
        }
        return bean;
    }

    /**
     * Whether a bean was behind an advisor when the proxy creator had finished with it, and may still be: a proxy of another
     * does not show what is behind it. An object of the class that was behind the advisor is no such proxy: something has taken
     * the advisor away.
     *
     * @param beanName its name
     * @param bean the bean or its factory
     * @param advisor the advisor
     * @return false also if it was made before this was
     */
    public boolean contains(String beanName, Object bean, AnnotationAdvisor advisor) {
        Set<Class<?>> behind = guarded.get(guarded(beanName, bean, advisor));
        Class<?> type = ProxyChain.targetClass(bean);
        return behind != null && (Proxy.isProxyClass(type) || !behind.contains(type));
    }

    private static Guarded guarded(String beanName, Object bean, AnnotationAdvisor advisor) {
        return new Guarded(beanName, bean instanceof FactoryBean<?>, advisor);
    }

    /** A factory bean and its product have one name. */
    private record Guarded(String beanName, boolean factory, AnnotationAdvisor advisor) {}
}
