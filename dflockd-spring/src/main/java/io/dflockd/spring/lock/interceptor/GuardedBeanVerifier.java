package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.LockSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Fails the start where an annotated method would run unguarded. */
final class GuardedBeanVerifier extends AnnotatedBeanVerifier {

    private final GuardChecks checks;

    GuardedBeanVerifier(
            List<GuardAdvisor> advisors,
            GuardedProxies proxies,
            TestOverrides overrides,
            ConfigurableListableBeanFactory beanFactory) {
        super(beanFactory, overrides, LockingInfrastructure.VERIFIER_BEAN_NAME);
        this.checks = new GuardChecks(
                advisors,
                proxies,
                new ClientChecks(beanFactory),
                new HoldLimitChecks(beanFactory.getBeanProvider(LockSettings.class)),
                this::whenSingletonsAreMade);
    }

    @Override
    protected void checkBean(
            String beanName, Object bean, Class<?> targetClass, @Nullable BeanDefinition definition, boolean recorded) {
        checks.checkBean(beanName, bean, targetClass, definition, recorded);
    }

    @Override
    protected void checkType(String beanName, Class<?> type, @Nullable BeanDefinition definition, boolean proxied) {
        checks.checkType(beanName, type, definition, proxied);
    }

    @Override
    protected void checkExposedEarly(String beanName, Class<?> targetClass) {
        checks.checkExposedEarly(beanName, targetClass);
    }
}
