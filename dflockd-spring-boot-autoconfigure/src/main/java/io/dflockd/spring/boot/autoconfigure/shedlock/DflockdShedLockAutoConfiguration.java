package io.dflockd.spring.boot.autoconfigure.shedlock;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.shedlock.DflockdLockProvider;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of {@link DflockdLockProvider}, if ShedLock is on the class path and has no other provider. */
@AutoConfiguration(after = DflockdAutoConfiguration.class)
@ConditionalOnClass({LockProvider.class, DflockdLockProvider.class})
@ConditionalOnBooleanProperty(
        name = {"dflockd.enabled", "dflockd.shedlock.enabled"},
        matchIfMissing = true)
@ConditionalOnSingleCandidate(DflockdClient.class)
@EnableConfigurationProperties(DflockdShedLockProperties.class)
public final class DflockdShedLockAutoConfiguration {

    DflockdShedLockAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(LockProvider.class)
    DflockdLockProvider dflockdLockProvider(DflockdClient client, DflockdShedLockProperties properties) {
        DflockdLockProvider.Builder provider =
                DflockdLockProvider.builder(client).atMost(properties.getAtMost());
        try {
            return provider.keyPrefix(properties.getKeyPrefix()).build();
        } catch (InvalidArgumentException ex) {
            throw new InvalidConfigurationPropertyValueException(
                    "dflockd.shedlock.key-prefix", properties.getKeyPrefix(), ex.getMessage());
        }
    }
}
