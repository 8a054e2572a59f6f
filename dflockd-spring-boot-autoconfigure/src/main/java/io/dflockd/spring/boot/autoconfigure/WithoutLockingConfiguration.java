package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.SemaphoreOperations;
import io.dflockd.spring.signal.SignalConverter;
import io.dflockd.spring.signal.SignalOperations;
import io.dflockd.spring.signal.SignalTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Operations that run everything unlocked and send signals to nobody. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "dflockd.enabled", havingValue = false)
@ConditionalOnBooleanProperty("dflockd.without-locking")
class WithoutLockingConfiguration {

    private static final Logger log = LoggerFactory.getLogger(WithoutLockingConfiguration.class);

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

    /** Signals reach nobody. */
    @Bean
    @ConditionalOnMissingBean(SignalOperations.class)
    SignalTemplate signalTemplate(ObjectProvider<SignalConverter> converters) {
        DflockdClient nobody = DflockdClient.withoutLocking();
        SignalConverter converter = converters.getIfUnique();
        return converter == null ? new SignalTemplate(nobody) : new SignalTemplate(nobody, converter);
    }
}
