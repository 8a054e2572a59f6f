package io.dflockd.spring.boot.autoconfigure.signal;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.DflockdClientBuilderCustomizer;
import io.dflockd.spring.signal.SignalConverter;
import io.dflockd.spring.signal.SignalOperations;
import io.dflockd.spring.signal.SignalTemplate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of {@link SignalTemplate}, and of {@code @SignalListener} where spring-messaging is on the class
 * path, where there is a {@link DflockdClient}.
 */
@AutoConfiguration(
        after = DflockdAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        })
@ConditionalOnBooleanProperty(name = "dflockd.enabled", matchIfMissing = true)
@ConditionalOnBean(DflockdClient.class)
@EnableConfigurationProperties(DflockdSignalProperties.class)
@Import(SignalConfigurations.class)
public final class DflockdSignalAutoConfiguration {

    DflockdSignalAutoConfiguration() {}

    @Bean
    @Order(0)
    DflockdClientBuilderCustomizer dflockdSignalSettings(DflockdSignalProperties properties) {
        return (builder, clientName) -> {
            long bytes = properties.getMaxPayload().toBytes();
            apply("max-payload", bytes, size -> builder.maxSignalPayload(Math.toIntExact(Math.min(size, 1 << 30))));
            apply("routing", properties.getRouting(), builder::signalRouting);
            apply("threads", properties.getThreads(), builder::signalThreads);
        };
    }

    private static <T> void apply(String property, @Nullable T value, Consumer<T> setter) {
        if (value == null) {
            return;
        }
        try {
            setter.accept(value);
        } catch (InvalidArgumentException ex) {
            throw new InvalidConfigurationPropertyValueException("dflockd.signals." + property, value, ex.getMessage());
        }
    }

    @Bean
    @ConditionalOnSingleCandidate(DflockdClient.class)
    @ConditionalOnMissingBean(SignalOperations.class)
    SignalTemplate signalTemplate(DflockdClient client, SignalConverter converter) {
        return new SignalTemplate(client, converter);
    }
}
