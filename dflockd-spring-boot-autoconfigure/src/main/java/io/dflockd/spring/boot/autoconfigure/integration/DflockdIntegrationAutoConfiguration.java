package io.dflockd.spring.boot.autoconfigure.integration;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.integration.DflockdLockRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.integration.support.locks.LockRegistry;
import org.springframework.integration.support.locks.RenewableLockRegistry;

/** Auto-configuration of {@link DflockdLockRegistry}, if Spring Integration is on the class path and has no other registry. */
@AutoConfiguration(after = DflockdAutoConfiguration.class)
@ConditionalOnClass({RenewableLockRegistry.class, CannotAcquireLockException.class})
@ConditionalOnBooleanProperty(
        name = {"dflockd.enabled", "dflockd.integration.enabled"},
        matchIfMissing = true)
@ConditionalOnSingleCandidate(DflockdClient.class)
@EnableConfigurationProperties(DflockdIntegrationProperties.class)
public final class DflockdIntegrationAutoConfiguration {

    DflockdIntegrationAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(LockRegistry.class)
    DflockdLockRegistry dflockdLockRegistry(DflockdClient client, DflockdIntegrationProperties properties) {
        return DflockdLockRegistry.builder(client)
                .keyPrefix(properties.getKeyPrefix())
                .keyEncoding(properties.getKeyEncoding().encoding())
                .interruptOnLoss(properties.isInterruptOnLoss())
                .build();
    }
}
