package io.dflockd.spring.boot.autoconfigure.signal;

import io.dflockd.spring.boot.autoconfigure.DflockdProperties;
import io.dflockd.spring.boot.autoconfigure.DurationText;
import io.dflockd.spring.internal.AnnotatedClasses;
import io.dflockd.spring.signal.annotation.SignalListener;
import io.dflockd.spring.signal.config.EnableSignalListeners;
import io.dflockd.spring.signal.endpoint.DefaultSignalListenerContainerFactory;
import io.dflockd.spring.signal.endpoint.SignalListenerConfigUtils;
import io.dflockd.spring.signal.listener.ContainerSettings;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * Listeners, where spring-messaging is on the class path: on the client's threads for signals, or on virtual threads where Boot
 * says so. {@link ContainerSettings} is a bean, so that further container factories can start from it.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DflockdListenerProperties.class)
class SignalListenerConfiguration {

    private final DflockdListenerProperties properties;

    private final ApplicationEventPublisher events;

    private final ObservationRegistry observations;

    private final ObjectProvider<ContainerSettingsCustomizer> customizers;

    SignalListenerConfiguration(
            DflockdListenerProperties properties,
            DflockdProperties application,
            ApplicationEventPublisher events,
            ObjectProvider<ObservationRegistry> observations,
            ObjectProvider<ContainerSettingsCustomizer> customizers) {
        this.properties = properties;
        this.customizers = customizers;
        this.events = events;
        this.observations = application.getObservations().isEnabled()
                ? observations.getIfAvailable(() -> ObservationRegistry.NOOP)
                : ObservationRegistry.NOOP;
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnThreading(Threading.PLATFORM)
    ContainerSettings signalListenerContainerSettings() {
        return settings(null);
    }

    @Bean("signalListenerContainerSettings")
    @ConditionalOnMissingBean
    @ConditionalOnThreading(Threading.VIRTUAL)
    ContainerSettings virtualThreadSignalListenerContainerSettings() {
        return settings(new VirtualThreadTaskExecutor("dflockd-listener-"));
    }

    @Bean(SignalListenerConfigUtils.DEFAULT_CONTAINER_FACTORY_BEAN_NAME)
    @ConditionalOnMissingBean(name = SignalListenerConfigUtils.DEFAULT_CONTAINER_FACTORY_BEAN_NAME)
    DefaultSignalListenerContainerFactory signalListenerContainerFactory(
            BeanFactory beanFactory, ContainerSettings settings) {
        return new DefaultSignalListenerContainerFactory(beanFactory, settings);
    }

    /** A listener that is created when somebody asks for it would miss what it is for. */
    @Bean
    static LazyInitializationExcludeFilter signalListenersAreNotLazy() {
        AnnotatedClasses listeners = new AnnotatedClasses(SignalListener.class);
        return (beanName, definition, beanType) -> listeners.contains(beanType);
    }

    private ContainerSettings settings(@Nullable Executor executor) {
        require(properties.getConcurrency() >= 1, "concurrency", properties.getConcurrency(), "It is below 1");
        require(properties.getBufferSize() >= 1, "buffer-size", properties.getBufferSize(), "It is below 1");
        require(
                properties.getBufferMemory().toBytes() >= 1,
                "buffer-memory",
                properties.getBufferMemory(),
                "It is below 1 byte");
        require(
                !properties.getDrainTimeout().isNegative(),
                "drain-timeout",
                properties.getDrainTimeout(),
                "It is negative; zero does not wait");
        ContainerSettings settings = ContainerSettings.defaults()
                .withAutoStartup(properties.isAutoStartup())
                .withConcurrency(properties.getConcurrency())
                .withBuffer(properties.getBufferSize(), properties.getOverflow())
                .withBufferBytes(properties.getBufferMemory().toBytes())
                .withDrainTimeout(properties.getDrainTimeout())
                .withExecutor(executor)
                .withEvents(events)
                .withObservations(observations);
        for (ContainerSettingsCustomizer customizer :
                customizers.orderedStream().toList()) {
            settings = customizer.customize(settings);
        }
        return settings;
    }

    private static void require(boolean condition, String property, Object value, String reason) {
        if (!condition) {
            throw new InvalidConfigurationPropertyValueException(
                    "dflockd.listener." + property, DurationText.of(value), reason);
        }
    }

    /** Where the application has not enabled listeners itself. */
    @Configuration(proxyBeanMethods = false)
    @EnableSignalListeners
    // The processor of a parent context does not see the beans of this one.
    @ConditionalOnMissingBean(
            name = SignalListenerConfigUtils.ANNOTATION_PROCESSOR_BEAN_NAME,
            search = SearchStrategy.CURRENT)
    static class Enabled {}
}
