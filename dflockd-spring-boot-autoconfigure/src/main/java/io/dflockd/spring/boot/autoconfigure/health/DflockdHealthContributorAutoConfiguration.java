package io.dflockd.spring.boot.autoconfigure.health;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.DflockdClients;
import io.dflockd.spring.boot.autoconfigure.DflockdProperties;
import io.dflockd.spring.boot.health.DflockdHealthIndicator;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the health contributor {@code dflockd}: one component per server, and with several clients one
 * level per client.
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
    HealthContributor dflockdHealthContributor(
            ConfigurableListableBeanFactory beanFactory, DflockdProperties properties) {
        return DflockdHealthIndicator.ofServers(
                DflockdClients.byName(beanFactory), properties.getHealth().getTimeout());
    }
}
