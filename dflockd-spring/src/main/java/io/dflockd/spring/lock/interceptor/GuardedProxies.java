package io.dflockd.spring.lock.interceptor;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.core.Ordered;

/**
 * Remembers which beans got a proxy with our advisors, directly after the proxy creator: other post-processors may wrap that
 * proxy in one of their own, which does not show what is behind it.
 */
final class GuardedProxies implements SmartInstantiationAwareBeanPostProcessor, Ordered {

    private final Set<Guarded> guarded = ConcurrentHashMap.newKeySet();

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
                if (advisor instanceof GuardAdvisor ours) {
                    guarded.add(guarded(beanName, bean, ours));
                }
            }
        }
        return bean;
    }

    /** Whether a bean was behind an advisor when the proxy creator had finished with it. */
    boolean contains(String beanName, Object bean, GuardAdvisor advisor) {
        return guarded.contains(guarded(beanName, bean, advisor));
    }

    private static Guarded guarded(String beanName, Object bean, GuardAdvisor advisor) {
        return new Guarded(beanName, bean instanceof FactoryBean<?>, advisor.type());
    }

    /** A factory bean and its product have one name. */
    private record Guarded(String beanName, boolean factory, GuardType type) {}
}
