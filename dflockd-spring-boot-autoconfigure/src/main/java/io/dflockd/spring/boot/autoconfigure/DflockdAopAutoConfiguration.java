package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.SemaphoreOperations;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The proxies of guarded beans. They are there also where there is no client, because of {@code dflockd.enabled=false} or
 * any other reason, with the check that no bean relies on a lock that nobody takes. It has no condition of its own, since a
 * value of {@code dflockd.enabled} that is neither true nor false would meet none. Where {@code dflockd.enabled=false} and
 * {@code dflockd.without-locking=true} allow it, there are operations that run everything unlocked.
 */
@AutoConfiguration
@EnableDistributedLocking
public final class DflockdAopAutoConfiguration {

    DflockdAopAutoConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(name = "dflockd.enabled", havingValue = false)
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
