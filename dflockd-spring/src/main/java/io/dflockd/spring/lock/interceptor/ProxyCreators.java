package io.dflockd.spring.lock.interceptor;

import org.springframework.aop.framework.autoproxy.AbstractAdvisorAutoProxyCreator;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanFactory;

/** Whether a bean factory makes proxies with the advisors that it has: not before its post-processors are registered. */
final class ProxyCreators {

    private final ConfigurableListableBeanFactory beanFactory;

    private volatile boolean ready;

    ProxyCreators(ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    boolean areReady() {
        if (!ready) {
            ready = areIn(beanFactory);
        }
        return ready;
    }

    static boolean areIn(ConfigurableListableBeanFactory beanFactory) {
        return !(beanFactory instanceof AbstractBeanFactory known)
                || known.getBeanPostProcessors().stream().anyMatch(AbstractAdvisorAutoProxyCreator.class::isInstance);
    }
}
