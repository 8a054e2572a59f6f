package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.ShardingStrategy;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

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
    static DurationUnitCheck dflockdDurationUnitCheck() {
        return new DurationUnitCheck();
    }

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
            ClientLifecycle lifecycle,
            Environment environment) {
        UnknownProperties.refuse(environment);
        checkApplicationProperties(properties);
        return new DflockdClientFactory(properties, sslBundles, shardingStrategies, customizers, embedded, lifecycle);
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

    /** Checked also where the part that uses a property is missing or switched off. */
    private static void checkApplicationProperties(DflockdProperties properties) {
        Duration healthTimeout = properties.getHealth().getTimeout();
        require(
                !properties.isWithoutLocking(),
                "without-locking",
                true,
                "It has a meaning only together with dflockd.enabled=false.");
        require(
                healthTimeout.compareTo(Duration.ZERO) > 0 && healthTimeout.compareTo(Duration.ofDays(1)) <= 0,
                "health.timeout",
                healthTimeout,
                "It is not positive, or longer than a day.");
        require(
                properties.getMetrics().getMaxNames() >= 1,
                "metrics.max-names",
                properties.getMetrics().getMaxNames(),
                "It is below 1.");
    }

    private static void require(boolean condition, String property, Object value, String reason) {
        if (!condition) {
            throw new InvalidConfigurationPropertyValueException("dflockd." + property, DurationText.of(value), reason);
        }
    }
}
