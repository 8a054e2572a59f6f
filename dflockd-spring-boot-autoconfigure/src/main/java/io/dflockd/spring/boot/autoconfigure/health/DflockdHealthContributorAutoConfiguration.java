package io.dflockd.spring.boot.autoconfigure.health;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.DflockdProperties;
import io.dflockd.spring.boot.health.DflockdHealthIndicator;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the health contributor {@code dflockd}: one component per server, below one component per client
 * where there are several.
 */
@AutoConfiguration(after = DflockdAutoConfiguration.class)
@ConditionalOnClass({DflockdClient.class, HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBooleanProperty(name = "dflockd.enabled", matchIfMissing = true)
@ConditionalOnBean(DflockdClient.class)
@ConditionalOnEnabledHealthIndicator("dflockd")
public final class DflockdHealthContributorAutoConfiguration {

    DflockdHealthContributorAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = {"dflockdHealthIndicator", "dflockdHealthContributor"})
    HealthContributor dflockdHealthContributor(Map<String, DflockdClient> clients, DflockdProperties properties) {
        Duration timeout = properties.getHealth().getTimeout();
        return clients.size() == 1
                ? DflockdHealthIndicator.ofServers(clients.values().iterator().next(), timeout)
                : CompositeHealthContributor.fromMap(
                        clients, client -> DflockdHealthIndicator.ofServers(client, timeout));
    }
}
