package io.dflockd.spring.leader;

import io.dflockd.spring.lock.interceptor.GuardedProxies;
import io.dflockd.spring.lock.interceptor.LockingInfrastructure;
import io.dflockd.spring.lock.interceptor.TestOverrides;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;

/** Registers what makes {@link LeaderOnly} work. */
public final class LeaderOnlyInfrastructure {

    /** Outside of locks: a call that is skipped needs none. */
    static final int ORDER = LockingInfrastructure.DEFAULT_ORDER - 10;

    static final String ADVISOR_BEAN_NAME = "io.dflockd.spring.internalLeaderOnlyAdvisor";

    private static final String CHECKS_BEAN_NAME = "io.dflockd.spring.internalLeaderOnlyChecks";

    static final String VERIFIER_BEAN_NAME = "io.dflockd.spring.internalLeaderOnlyVerifier";

    private LeaderOnlyInfrastructure() {}

    /**
     * Registers the auto-proxy creator, the advisor and the checks. Does nothing where they are registered already.
     *
     * @param registry where to
     */
    public static void register(BeanDefinitionRegistry registry) {
        AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
        if (!registry.containsBeanDefinition(ADVISOR_BEAN_NAME)) {
            GuardedProxies.register(registry);
            TestOverrides.register(registry);
            registry.registerBeanDefinition(CHECKS_BEAN_NAME, definition(LeaderOnlyChecks.class));
            registry.registerBeanDefinition(ADVISOR_BEAN_NAME, definition(LeaderOnlyAdvisor.class));
            registry.registerBeanDefinition(VERIFIER_BEAN_NAME, definition(LeaderOnlyVerifier.class));
        }
    }

    private static RootBeanDefinition definition(Class<?> type) {
        RootBeanDefinition definition = new RootBeanDefinition(type);
        definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
        definition.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
        return definition;
    }
}
