package io.dflockd.spring.boot.autoconfigure.signal;

import io.dflockd.spring.signal.JacksonSignalConverter;
import io.dflockd.spring.signal.SignalConverter;
import io.dflockd.spring.signal.TextSignalConverter;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * Chooses, by what is on the class path, what makes signals of objects and what becomes of listeners. A start reads only what is
 * chosen.
 */
final class SignalConfigurations implements ImportSelector {

    private final @Nullable ClassLoader classLoader;

    SignalConfigurations(@Nullable ClassLoader classLoader) {
        this.classLoader = classLoader;
    }

    @Override
    public String[] selectImports(AnnotationMetadata importing) {
        return new String[] {
            isPresent("tools.jackson.databind.json.JsonMapper") ? Json.class.getName() : Text.class.getName(),
            isPresent("org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory")
                    ? SignalListenerConfiguration.class.getName()
                    : MessagingMissing.class.getName()
        };
    }

    private boolean isPresent(String className) {
        return ClassUtils.isPresent(className, classLoader);
    }

    /** Objects as JSON, with the application's mapper if it has one. */
    @Configuration(proxyBeanMethods = false)
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
    static class Text {

        @Bean
        @ConditionalOnMissingBean(SignalConverter.class)
        TextSignalConverter signalConverter() {
            return new TextSignalConverter();
        }
    }
}
