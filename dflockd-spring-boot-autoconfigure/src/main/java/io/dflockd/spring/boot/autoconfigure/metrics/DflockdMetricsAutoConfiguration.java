package io.dflockd.spring.boot.autoconfigure.metrics;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.DflockdClientBuilderCustomizer;
import io.dflockd.spring.boot.autoconfigure.DflockdClients;
import io.dflockd.spring.boot.autoconfigure.DflockdProperties;
import io.dflockd.spring.boot.autoconfigure.leader.DflockdLeaderAutoConfiguration;
import io.dflockd.spring.boot.metrics.DflockdCounters;
import io.dflockd.spring.boot.metrics.DflockdGauges;
import io.dflockd.spring.boot.metrics.LateMeterRegistry;
import io.dflockd.spring.boot.metrics.LeaderGauges;
import io.dflockd.spring.leader.LeaderRoles;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of counters and gauges, if there is a {@link MeterRegistry}. */
@AutoConfiguration(
        after = {DflockdAutoConfiguration.class, DflockdLeaderAutoConfiguration.class},
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass({DflockdClient.class, MeterRegistry.class})
@ConditionalOnBean({DflockdClient.class, MeterRegistry.class})
@ConditionalOnBooleanProperty(
        name = {"dflockd.enabled", "dflockd.metrics.enabled"},
        matchIfMissing = true)
public final class DflockdMetricsAutoConfiguration {

    DflockdMetricsAutoConfiguration() {}

    @Bean
    static RegistryLookup dflockdRegistryLookup(ObjectProvider<MeterRegistry> registries) {
        return new RegistryLookup(registries);
    }

    @Bean
    DflockdClientBuilderCustomizer dflockdCounters(RegistryLookup lookup, DflockdProperties properties) {
        int maxNames = properties.getMetrics().getMaxNames();
        return (builder, name) -> builder.listener(new DflockdCounters(lookup.registry, name, maxNames));
    }

    @Bean
    ClientGauges dflockdGauges(ConfigurableListableBeanFactory beanFactory) {
        return new ClientGauges(DflockdClients.byName(beanFactory));
    }

    @Bean
    LeaderGauges dflockdLeaderGauges(ObjectProvider<LeaderRoles> roles) {
        return new LeaderGauges(roles.stream().toList());
    }

    /**
     * Looks for the registry on the thread that starts the application, when all beans are made. An event of a client comes on
     * another thread, on which a bean must not be made: the application may be making or destroying its beans.
     */
    static final class RegistryLookup implements SmartInitializingSingleton {

        private static final Logger log = LoggerFactory.getLogger(DflockdMetricsAutoConfiguration.class);

        private final LateMeterRegistry registry = new LateMeterRegistry();

        private final ObjectProvider<MeterRegistry> registries;

        RegistryLookup(ObjectProvider<MeterRegistry> registries) {
            this.registries = registries;
        }

        @Override
        public void afterSingletonsInstantiated() {
            MeterRegistry found = registries.getIfUnique();
            if (found == null) {
                log.warn(
                        "There are several MeterRegistry beans and none is primary, so dflockd counts nothing. Mark one with"
                                + " @Primary");
            } else {
                registry.set(found);
            }
        }
    }

    /** The gauges of all clients, for as long as the context is open. */
    static final class ClientGauges implements MeterBinder, DisposableBean {

        private final List<DflockdGauges> gauges;

        ClientGauges(Map<String, DflockdClient> clients) {
            this.gauges = clients.entrySet().stream()
                    .map(client -> new DflockdGauges(client.getValue(), client.getKey()))
                    .toList();
        }

        @Override
        public void bindTo(MeterRegistry registry) {
            gauges.forEach(each -> each.bindTo(registry));
        }

        @Override
        public void destroy() {
            gauges.forEach(DflockdGauges::close);
        }
    }
}
