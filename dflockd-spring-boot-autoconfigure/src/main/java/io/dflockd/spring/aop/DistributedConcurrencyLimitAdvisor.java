package io.dflockd.spring.aop;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.ImportRuntimeHints;

/** {@link io.dflockd.spring.annotation.DistributedConcurrencyLimit}. */
@ImportRuntimeHints(GuardRuntimeHints.class)
final class DistributedConcurrencyLimitAdvisor extends GuardAdvisor {

    private static final long serialVersionUID = 1L;

    DistributedConcurrencyLimitAdvisor(
            ConfigurableListableBeanFactory beanFactory, ApplicationEventPublisher publisher) {
        super(GuardType.LIMIT, beanFactory, publisher);
    }
}
