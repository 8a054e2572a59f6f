package io.dflockd.spring.boot.autoconfigure.actuate;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.boot.actuate.DflockdEndpoint;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.DflockdClients;
import io.dflockd.spring.boot.autoconfigure.DflockdProperties;
import io.dflockd.spring.leader.LeaderRoles;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of {@code /actuator/dflockd}. */
@AutoConfiguration(after = DflockdAutoConfiguration.class)
@ConditionalOnClass({DflockdClient.class, Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnBooleanProperty(name = "dflockd.enabled", matchIfMissing = true)
@ConditionalOnBean(DflockdClient.class)
@ConditionalOnAvailableEndpoint(DflockdEndpoint.class)
public final class DflockdEndpointAutoConfiguration {

    DflockdEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    DflockdEndpoint dflockdEndpoint(
            ConfigurableListableBeanFactory beanFactory,
            ObjectProvider<LeaderRoles> roles,
            DflockdProperties properties) {
        return new DflockdEndpoint(
                DflockdClients.byName(beanFactory),
                roles.stream().toList(),
                properties.getHealth().getTimeout());
    }
}
