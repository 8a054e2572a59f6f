package io.dflockd.spring.lock.interceptor;

import java.util.Set;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * The beans that a test put in the place of others, with {@code @MockitoBean} or {@code @TestBean}: they are the test's, and
 * need not be guarded. Such a bean is a singleton before the context makes its own.
 */
public final class TestOverrides implements BeanFactoryPostProcessor, AopInfrastructureBean {

    private static final String BEAN_NAME = "io.dflockd.spring.internalTestOverrides";

    private static final String REGISTRY_BEAN_NAME =
            "org.springframework.test.context.bean.override.internalBeanOverrideRegistry";

    private volatile Set<String> beanNames = Set.of();

    TestOverrides() {}

    /**
     * Registers it. Does nothing where it is registered already.
     *
     * @param registry where to
     */
    public static void register(BeanDefinitionRegistry registry) {
        if (!registry.containsBeanDefinition(BEAN_NAME)) {
            RootBeanDefinition definition = new RootBeanDefinition(TestOverrides.class);
            definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
            registry.registerBeanDefinition(BEAN_NAME, definition);
        }
    }

    /** Has no order, so it comes after the post-processors that replace beans. */
    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
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
