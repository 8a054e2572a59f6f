package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockSettings;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.SemaphoreOperations;
import io.dflockd.spring.lock.SemaphoreTemplate;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationEventPublisher;

/** Where interceptors get their operations: beans that are looked up at the first call, never before. */
final class GuardOperations {

    private final ConfigurableListableBeanFactory beanFactory;

    private final ApplicationEventPublisher publisher;

    GuardOperations(ConfigurableListableBeanFactory beanFactory, ApplicationEventPublisher publisher) {
        this.beanFactory = beanFactory;
        this.publisher = publisher;
    }

    /** The operations on locks of a client; of the only or primary one where the name is empty. */
    LockOperations locks(String client) {
        LockOperations operations =
                beanFactory.getBeanProvider(LockOperations.class).getIfUnique();
        if (operations == LockOperations.withoutLocking() || (operations != null && client.isEmpty())) {
            return operations;
        }
        return operations instanceof LockTemplate template
                ? template.withClient(client(client))
                : new LockTemplate(client(client), settings());
    }

    /** As {@link #locks(String)}, on semaphores. */
    SemaphoreOperations semaphores(String client) {
        SemaphoreOperations operations =
                beanFactory.getBeanProvider(SemaphoreOperations.class).getIfUnique();
        if (operations == SemaphoreOperations.withoutLocking() || (operations != null && client.isEmpty())) {
            return operations;
        }
        return operations instanceof SemaphoreTemplate template
                ? template.withClient(client(client))
                : new SemaphoreTemplate(client(client), settings());
    }

    private DflockdClient client(String name) {
        return name.isEmpty()
                ? beanFactory.getBean(DflockdClient.class)
                : beanFactory.getBean(name, DflockdClient.class);
    }

    private LockSettings settings() {
        return beanFactory
                .getBeanProvider(LockSettings.class)
                .getIfUnique(() -> LockSettings.builder()
                        .eventPublisher(publisher)
                        .observationRegistry(beanFactory
                                .getBeanProvider(ObservationRegistry.class)
                                .getIfUnique(() -> ObservationRegistry.NOOP))
                        .build());
    }
}
