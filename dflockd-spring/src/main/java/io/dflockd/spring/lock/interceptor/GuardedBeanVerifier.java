package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.LockSettings;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.Ordered;

/**
 * Fails the start where an annotated method would run unguarded: once all singletons are made for those, and as the last
 * post-processor for beans that are made later.
 */
final class GuardedBeanVerifier
        implements SmartInstantiationAwareBeanPostProcessor,
                SmartInitializingSingleton,
                ApplicationListener<ContextRefreshedEvent>,
                Ordered {

    private final ConfigurableListableBeanFactory beanFactory;

    private final GuardChecks checks;

    private final TestOverrides overrides;

    /** Beans that others got before they were finished: what the post-processor sees then is not what they got. */
    private final Set<String> exposedEarly = ConcurrentHashMap.newKeySet();

    private volatile boolean started;

    GuardedBeanVerifier(
            List<GuardAdvisor> advisors,
            GuardedProxies proxies,
            TestOverrides overrides,
            ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
        this.overrides = overrides;
        this.checks = new GuardChecks(
                advisors,
                proxies,
                new ClientChecks(beanFactory),
                new HoldLimitChecks(beanFactory.getBeanProvider(LockSettings.class)));
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public Object getEarlyBeanReference(Object bean, String beanName) {
        exposedEarly.add(beanName);
        if (started) {
            check(beanFactory, beanName, bean);
        }
        return bean;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        boolean early = exposedEarly.remove(beanName);
        if ((started && !early) || isOfOtherScope(beanName) || isProduct(beanName)) {
            check(beanFactory, beanName, bean);
        }
        if (early) {
            checks.checkExposedEarly(beanName, AopProxyUtils.ultimateTargetClass(bean));
        }
        return bean;
    }

    @Override
    public void afterSingletonsInstantiated() {
        started = true;
        checks.begin();
        checkAll(beanFactory);
    }

    /** A child context without a verifier of its own has no proxy creator either, unless something else made one. */
    @Override
    public void onApplicationEvent(ContextRefreshedEvent event) {
        if (event.getApplicationContext() instanceof ConfigurableApplicationContext context
                && context.getBeanFactory() != beanFactory
                && !context.containsLocalBean(LockingInfrastructure.VERIFIER_BEAN_NAME)) {
            checkAll(context.getBeanFactory());
        }
    }

    private void checkAll(ConfigurableListableBeanFactory beans) {
        for (String beanName : beans.getBeanNamesForType(Object.class, true, false)) {
            if (beans == beanFactory && overrides.contains(beanName)) {
                continue;
            }
            Object singleton = beans.getSingleton(beanName);
            if (singleton != null) {
                check(beans, beanName, singleton);
            } else {
                checkType(beans, beanName);
            }
        }
    }

    private boolean isOfOtherScope(String beanName) {
        return beanFactory.containsBeanDefinition(beanName)
                && !beanFactory.getMergedBeanDefinition(beanName).isSingleton();
    }

    /** A factory bean is a registered singleton by the time that it makes its product. */
    private boolean isProduct(String beanName) {
        return beanFactory.containsSingleton(beanName) && beanFactory.getSingleton(beanName) instanceof FactoryBean<?>;
    }

    private void check(ConfigurableListableBeanFactory beans, String beanName, Object bean) {
        if (!(bean instanceof AopInfrastructureBean)) {
            checks.checkBean(beanName, bean, AopProxyUtils.ultimateTargetClass(bean), definition(beans, beanName));
        }
    }

    private void checkType(ConfigurableListableBeanFactory beans, String beanName) {
        Class<?> type = beans.getType(beanName, false);
        if (type != null && !AopInfrastructureBean.class.isAssignableFrom(type)) {
            checks.checkType(beanName, type, definition(beans, beanName));
        }
    }

    private static @Nullable BeanDefinition definition(ConfigurableListableBeanFactory beans, String beanName) {
        return beans.containsBeanDefinition(beanName) ? beans.getMergedBeanDefinition(beanName) : null;
    }
}
