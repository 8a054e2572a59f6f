package io.dflockd.spring.lock.interceptor;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.ImportRuntimeHints;

/** {@link io.dflockd.spring.lock.annotation.DistributedLocked}. */
@ImportRuntimeHints(GuardRuntimeHints.class)
final class DistributedLockAdvisor extends GuardAdvisor {

    private static final long serialVersionUID = 1L;

    DistributedLockAdvisor(ConfigurableListableBeanFactory beanFactory, ApplicationEventPublisher publisher) {
        super(GuardType.LOCK, beanFactory, publisher);
    }
}
