package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.spring.config.EnableDistributedLocking;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.SemaphoreOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What is left with {@code dflockd.enabled=false}: the check that no bean relies on a lock that nobody takes, and, where
 * {@code dflockd.without-locking=true} allows it, operations that run everything unlocked.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "dflockd.enabled", havingValue = false)
@EnableDistributedLocking
public final class DflockdDisabledAutoConfiguration {

    DflockdDisabledAutoConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty("dflockd.without-locking")
    static class WithoutLocking {

        private static final Logger log = LoggerFactory.getLogger(WithoutLocking.class);

        @Bean
        @ConditionalOnMissingBean
        LockOperations lockOperations() {
            log.warn("dflockd is disabled and dflockd.without-locking=true: guarded methods run UNLOCKED");
            return LockOperations.withoutLocking();
        }

        @Bean
        @ConditionalOnMissingBean
        SemaphoreOperations semaphoreOperations() {
            return SemaphoreOperations.withoutLocking();
        }
    }
}
