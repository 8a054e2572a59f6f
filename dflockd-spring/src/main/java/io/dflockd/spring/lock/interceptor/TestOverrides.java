package io.dflockd.spring.lock.interceptor;

import java.util.Set;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The beans that a test put in the place of others, with {@code @MockitoBean} or {@code @TestBean}: they are the test's, and
 * need not be guarded. Such a bean is a singleton before the context makes its own.
 */
public final class TestOverrides implements AopInfrastructureBean {

    private static final String REGISTRY_BEAN_NAME =
            "org.springframework.test.context.bean.override.internalBeanOverrideRegistry";

    private volatile Set<String> beanNames = Set.of();

    /**
     * Finds them, once all post-processors of the bean factory that replace beans have run.
     *
     * @param beanFactory where
     */
    public void find(ConfigurableListableBeanFactory beanFactory) {
        if (beanFactory.containsSingleton(REGISTRY_BEAN_NAME)) {
            beanNames = Set.of(beanFactory.getSingletonNames());
        }
    }

    /**
     * Whether a bean is the test's.
     *
     * @param beanName its name
     * @return true if it need not be guarded
     */
    public boolean contains(String beanName) {
        return beanNames.contains(beanName);
    }
}
