package io.dflockd.spring.lock.interceptor;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;

/** Registers what guards annotated methods. */
public final class LockingInfrastructure {

    /** Outside transactions and caches, whose default is {@link Ordered#LOWEST_PRECEDENCE}. */
    public static final int DEFAULT_ORDER = Ordered.LOWEST_PRECEDENCE - 100;

    /** The bean name of the advisor of {@link io.dflockd.spring.lock.annotation.DistributedLocked}. */
    public static final String LOCK_ADVISOR_BEAN_NAME = "io.dflockd.spring.internalDistributedLockAdvisor";

    /** The bean name of the advisor of {@link io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit}. */
    public static final String LIMIT_ADVISOR_BEAN_NAME = "io.dflockd.spring.internalDistributedConcurrencyLimitAdvisor";

    private static final String METHODS_BEAN_NAME = "io.dflockd.spring.internalGuardedMethods";

    private static final String EARLY_CHECKS_BEAN_NAME = "io.dflockd.spring.internalEarlyGuardChecks";

    static final String VERIFIER_BEAN_NAME = "io.dflockd.spring.internalGuardedBeanVerifier";

    private static final String TRANSACTION_GUARD_BEAN_NAME = "io.dflockd.spring.internalTransactionGuard";

    private LockingInfrastructure() {}

    /**
     * Registers the auto-proxy creator, the advisors and the checks. Does nothing where they are registered already.
     *
     * @param registry where to
     * @param order the order of the lock's advisor
     * @param proxyTargetClass whether to force proxies by subclass
     */
    public static void register(BeanDefinitionRegistry registry, int order, boolean proxyTargetClass) {
        AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
        if (proxyTargetClass) {
            AopConfigUtils.forceAutoProxyCreatorToUseClassProxying(registry);
        }
        if (registry.containsBeanDefinition(LOCK_ADVISOR_BEAN_NAME)) {
            return;
        }
        registry.registerBeanDefinition(METHODS_BEAN_NAME, definition(GuardedMethods.class));
        TestOverrides.register(registry);
        GuardedProxies.register(registry);
        registry.registerBeanDefinition(EARLY_CHECKS_BEAN_NAME, definition(LockingChecks.class));
        registry.registerBeanDefinition(LOCK_ADVISOR_BEAN_NAME, advisor(GuardType.LOCK, order));
        registry.registerBeanDefinition(
                LIMIT_ADVISOR_BEAN_NAME,
                advisor(GuardType.LIMIT, order == Ordered.LOWEST_PRECEDENCE ? order : order + 1));
        registry.registerBeanDefinition(VERIFIER_BEAN_NAME, definition(GuardedBeanVerifier.class));
        if (ClassUtils.isPresent(
                "org.springframework.transaction.ConfigurableTransactionManager",
                LockingInfrastructure.class.getClassLoader())) {
            registry.registerBeanDefinition(TRANSACTION_GUARD_BEAN_NAME, definition(TransactionGuard.class));
        }
    }

    static String advisorBeanName(GuardType type) {
        return type == GuardType.LOCK ? LOCK_ADVISOR_BEAN_NAME : LIMIT_ADVISOR_BEAN_NAME;
    }

    private static BeanDefinition advisor(GuardType type, int order) {
        RootBeanDefinition definition = definition(GuardAdvisor.class);
        definition.getConstructorArgumentValues().addIndexedArgumentValue(0, type);
        definition.getPropertyValues().add("order", order);
        return definition;
    }

    private static RootBeanDefinition definition(Class<?> type) {
        RootBeanDefinition definition = new RootBeanDefinition(type);
        definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
        definition.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
        return definition;
    }
}
