package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ShardingStrategy;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of {@link DflockdClient}: one from {@code dflockd.*}, and one for each name under
 * {@code dflockd.clients}. Clients connect when they are first used, unless {@code dflockd.fail-fast} is set.
 */
@AutoConfiguration(after = SslAutoConfiguration.class)
@ConditionalOnClass(DflockdClient.class)
@ConditionalOnBooleanProperty(name = "dflockd.enabled", matchIfMissing = true)
@EnableConfigurationProperties(DflockdProperties.class)
@Import({EmbeddedServerConfiguration.class, DflockdClientsRegistrar.class})
public final class DflockdAutoConfiguration {

    DflockdAutoConfiguration() {}

    @Bean
    static ClientLifecycle dflockdClientLifecycle() {
        return new ClientLifecycle();
    }

    @Bean
    DflockdClientFactory dflockdClientFactory(
            DflockdProperties properties,
            ObjectProvider<SslBundles> sslBundles,
            ObjectProvider<ShardingStrategy> shardingStrategies,
            ObjectProvider<DflockdClientBuilderCustomizer> customizers,
            ObjectProvider<EmbeddedDflockd> embedded,
            ClientLifecycle lifecycle) {
        return new DflockdClientFactory(
                properties,
                sslBundles,
                shardingStrategies,
                customizers,
                () -> serverWhenUnset(properties, embedded),
                lifecycle);
    }

    @Bean
    @ConditionalOnMissingBean(DflockdConnectionDetails.class)
    DflockdConnectionDetails dflockdConnectionDetails(DflockdClientFactory factory) {
        return factory.defaultDetails();
    }

    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean(DflockdClient.class)
    DflockdClient dflockdClient(DflockdClientFactory factory, DflockdConnectionDetails connectionDetails) {
        return factory.defaultClient(connectionDetails);
    }

    private static ServerAddress serverWhenUnset(
            DflockdProperties properties, ObjectProvider<EmbeddedDflockd> embedded) {
        if (!properties.getEmbedded().isEnabled()) {
            return new ServerAddress("127.0.0.1", ServerAddress.DEFAULT_PORT);
        }
        return embedded.getIfAvailable(() -> {
                    throw new PropertyChecks("dflockd")
                            .invalid(
                                    "embedded.enabled",
                                    true,
                                    "the embedded server is not on the class path; add the dependency"
                                            + " io.dflockd:dflockd-embedded-server, or"
                                            + " io.dflockd:dflockd-spring-boot-starter-test for tests");
                })
                .address();
    }
}
