package io.dflockd.spring.lock.interceptor;

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
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.Ordered;

/**
 * Has all beans checked at the start: once all singletons are made for those, and as the last post-processor for beans that are
 * made later. Checks fail the start by throwing.
 */
public abstract class AnnotatedBeanVerifier
        implements SmartInstantiationAwareBeanPostProcessor,
                SmartInitializingSingleton,
                ApplicationListener<ContextRefreshedEvent>,
                AopInfrastructureBean,
                Ordered {

    private final ConfigurableListableBeanFactory beanFactory;

    private final TestOverrides overrides;

    private final String ownBeanName;

    private final DeferredChecks deferred = new DeferredChecks();

    /** Beans that others got before they were finished: what the post-processor sees then is not what they got. */
    private final Set<String> exposedEarly = ConcurrentHashMap.newKeySet();

    private volatile boolean started;

    /**
     * Makes a verifier.
     *
     * @param beanFactory whose beans are checked
     * @param overrides what need not be checked
     * @param ownBeanName the name of the verifier; a child context that has one of its own is checked by that
     */
    protected AnnotatedBeanVerifier(
            ConfigurableListableBeanFactory beanFactory, TestOverrides overrides, String ownBeanName) {
        this.beanFactory = beanFactory;
        this.overrides = overrides;
        this.ownBeanName = ownBeanName;
    }

    /**
     * Checks a bean as others get it.
     *
     * @param beanName its name
     * @param bean perhaps a proxy
     * @param targetClass the class behind the proxies
     * @param definition null where it has none, and for what a factory bean makes
     * @param recorded whether {@link GuardedProxies} has seen it: false for a bean of a child context
     */
    protected abstract void checkBean(
            String beanName, Object bean, Class<?> targetClass, @Nullable BeanDefinition definition, boolean recorded);

    /**
     * Checks what can be known without an instance.
     *
     * @param beanName its name
     * @param type its class
     * @param definition null where it has none, and for what a factory bean makes
     * @param proxied whether a proxy will be made for it: false in a child context that makes none
     */
    protected abstract void checkType(
            String beanName, Class<?> type, @Nullable BeanDefinition definition, boolean proxied);

    /**
     * Checks a bean that others, its own post-processors among them, got in two forms: as it is and as a proxy.
     *
     * @param beanName its name
     * @param targetClass its class
     */
    protected abstract void checkExposedEarly(String beanName, Class<?> targetClass);

    /**
     * Runs a part of a check that makes other beans: at once, or when all singletons are made.
     *
     * @param check the part
     */
    protected final void whenSingletonsAreMade(Runnable check) {
        deferred.run(check);
    }

    @Override
    public final int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public final Object getEarlyBeanReference(Object bean, String beanName) {
        exposedEarly.add(beanName);
        if (started) {
            check(beanFactory, beanName, bean);
        }
        return bean;
    }

    @Override
    public final Object postProcessAfterInitialization(Object bean, String beanName) {
        boolean early = exposedEarly.remove(beanName);
        if (isProduct(beanName)) {
            check(beanName, bean, null, true);
        } else if ((started && !early) || isOfOtherScope(beanName)) {
            check(beanFactory, beanName, bean);
        }
        if (early) {
            checkExposedEarly(beanName, AopProxyUtils.ultimateTargetClass(bean));
        }
        return bean;
    }

    @Override
    public final void afterSingletonsInstantiated() {
        started = true;
        deferred.begin();
        checkAll(beanFactory, true);
        beanFactory.addBeanPostProcessor(new LastLook(beanFactory));
    }

    /** A child context without a verifier of its own has no proxy creator either, unless something else made one. */
    @Override
    public final void onApplicationEvent(ContextRefreshedEvent event) {
        if (event.getApplicationContext() instanceof ConfigurableApplicationContext context
                && context.getBeanFactory() != beanFactory
                && isNearestTo(context)) {
            ConfigurableListableBeanFactory beans = context.getBeanFactory();
            checkAll(beans, ProxyCreators.areIn(beans));
            beans.addBeanPostProcessor(new LastLook(beans));
        }
    }

    /** Whether no other verifier stands between a context and this one. */
    private boolean isNearestTo(ConfigurableApplicationContext context) {
        ApplicationContext current = context;
        while (current != null && !current.containsLocalBean(ownBeanName)) {
            current = current.getParent();
        }
        return current instanceof ConfigurableApplicationContext nearest && nearest.getBeanFactory() == beanFactory;
    }

    private void checkAll(ConfigurableListableBeanFactory beans, boolean proxied) {
        for (String beanName : beans.getBeanNamesForType(Object.class, true, false)) {
            if (beans == beanFactory && overrides.contains(beanName)) {
                continue;
            }
            Object singleton = beans.getSingleton(beanName);
            if (singleton != null) {
                check(beans, beanName, singleton);
            }
            if (singleton == null || singleton instanceof FactoryBean<?>) {
                checkType(beans, beanName, singleton == null ? definition(beans, beanName) : null, proxied);
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
        check(beanName, bean, definition(beans, beanName), beans == beanFactory);
    }

    private void check(String beanName, Object bean, @Nullable BeanDefinition definition, boolean recorded) {
        if (!(bean instanceof AopInfrastructureBean)) {
            checkBean(beanName, bean, ProxyChain.targetClass(bean), definition, recorded);
        }
    }

    private void checkType(
            ConfigurableListableBeanFactory beans,
            String beanName,
            @Nullable BeanDefinition definition,
            boolean proxied) {
        Class<?> type = beans.getType(beanName, false);
        if (type != null && !AopInfrastructureBean.class.isAssignableFrom(type)) {
            checkType(beanName, type, definition, proxied);
        }
    }

    private static @Nullable BeanDefinition definition(ConfigurableListableBeanFactory beans, String beanName) {
        return beans.containsBeanDefinition(beanName) ? beans.getMergedBeanDefinition(beanName) : null;
    }

    /**
     * Checks what is made after the start, when all other post-processors are done with it: one of them may have taken our proxy
     * away. A child context has no other check of what it makes then.
     */
    private final class LastLook implements SmartInstantiationAwareBeanPostProcessor {

        private final ConfigurableListableBeanFactory beans;

        private final Set<String> exposedEarly = ConcurrentHashMap.newKeySet();

        LastLook(ConfigurableListableBeanFactory beans) {
            this.beans = beans;
        }

        @Override
        public Object getEarlyBeanReference(Object bean, String beanName) {
            exposedEarly.add(beanName);
            look(bean, beanName);
            return bean;
        }

        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            if (!exposedEarly.remove(beanName)) {
                look(bean, beanName);
            }
            return bean;
        }

        private void look(Object bean, String beanName) {
            if (beans != beanFactory) {
                check(beanName, bean, null, false);
            } else if (ProxyChain.advisorsOf(bean).stream().noneMatch(AnnotationAdvisor.class::isInstance)) {
                check(beanName, bean, null, true);
            }
        }
    }
}
