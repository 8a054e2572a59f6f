package io.dflockd.spring.lock.interceptor;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.ImportRuntimeHints;

/** {@link io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit}. */
@ImportRuntimeHints(GuardRuntimeHints.class)
final class DistributedConcurrencyLimitAdvisor extends GuardAdvisor {

    private static final long serialVersionUID = 1L;

    DistributedConcurrencyLimitAdvisor(
            ConfigurableListableBeanFactory beanFactory, ApplicationEventPublisher publisher) {
        super(GuardType.LIMIT, beanFactory, publisher);
    }
}
