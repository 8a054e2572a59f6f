package io.dflockd.spring.boot.autoconfigure.signal;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.DflockdClientBuilderCustomizer;
import io.dflockd.spring.signal.JacksonSignalConverter;
import io.dflockd.spring.signal.SignalConverter;
import io.dflockd.spring.signal.SignalOperations;
import io.dflockd.spring.signal.SignalTemplate;
import io.dflockd.spring.signal.TextSignalConverter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import tools.jackson.databind.json.JsonMapper;

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
@Import(SignalListenerConfiguration.class)
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

    /** Objects as JSON, with the application's mapper if it has one. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(JsonMapper.class)
    static class Json {

        @Bean
        @ConditionalOnMissingBean(SignalConverter.class)
        JacksonSignalConverter signalConverter(ObjectProvider<JsonMapper> mappers) {
            JsonMapper mapper = mappers.getIfUnique();
            return mapper == null ? new JacksonSignalConverter() : new JacksonSignalConverter(mapper);
        }
    }

    /** Texts only. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("tools.jackson.databind.json.JsonMapper")
    static class Text {

        @Bean
        @ConditionalOnMissingBean(SignalConverter.class)
        TextSignalConverter signalConverter() {
            return new TextSignalConverter();
        }
    }

    /** Says so where a listener would be ignored. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory")
    static class WithoutMessaging {

        @Bean
        static MessagingMissing signalListenersNeedMessaging() {
            return new MessagingMissing();
        }
    }
}
