package io.dflockd.spring.boot.autoconfigure.metrics;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.DflockdClientBuilderCustomizer;
import io.dflockd.spring.boot.autoconfigure.DflockdProperties;
import io.dflockd.spring.boot.metrics.DflockdCounters;
import io.dflockd.spring.boot.metrics.DflockdGauges;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.util.function.SingletonSupplier;

/** Auto-configuration of counters and gauges where a {@link MeterRegistry} is there. */
@AutoConfiguration(
        after = DflockdAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass({DflockdClient.class, MeterRegistry.class})
@ConditionalOnBean({DflockdClient.class, MeterRegistry.class})
@ConditionalOnBooleanProperty(
        name = {"dflockd.enabled", "dflockd.metrics.enabled"},
        matchIfMissing = true)
public final class DflockdMetricsAutoConfiguration {

    private static final String DEFAULT_CLIENT_BEAN = "dflockdClient";

    DflockdMetricsAutoConfiguration() {}

    @Bean
    DflockdClientBuilderCustomizer dflockdCounters(
            ObjectProvider<MeterRegistry> registries, DflockdProperties properties) {
        // Not asked for before the first event: registries may be made after the client.
        Supplier<MeterRegistry> registry = SingletonSupplier.of(registries::getObject);
        int maxNames = properties.getMetrics().getMaxNames();
        return (builder, name) -> builder.listener(new DflockdCounters(registry, name, maxNames));
    }

    @Bean
    MeterBinder dflockdGauges(Map<String, DflockdClient> clients) {
        return registry -> clients.forEach((beanName, client) -> {
            String name =
                    beanName.equals(DEFAULT_CLIENT_BEAN) ? DflockdClientBuilderCustomizer.DEFAULT_CLIENT : beanName;
            new DflockdGauges(client, name).bindTo(registry);
        });
    }
}
