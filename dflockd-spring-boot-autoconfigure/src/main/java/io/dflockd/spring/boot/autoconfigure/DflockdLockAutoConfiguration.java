package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.boot.metrics.BoundedLockObservationConvention;
import io.dflockd.spring.lock.KeyEncoding;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockSettings;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.SemaphoreOperations;
import io.dflockd.spring.lock.SemaphoreTemplate;
import io.dflockd.spring.lock.event.LockEventPublisher;
import io.dflockd.spring.lock.observation.DefaultLockAcquireObservationConvention;
import io.dflockd.spring.lock.observation.DefaultLockHoldObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;

/** Auto-configuration of {@link LockTemplate} and {@link SemaphoreTemplate}, if there is a {@link DflockdClient}. */
@AutoConfiguration(
        after = DflockdAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnBooleanProperty(name = "dflockd.enabled", matchIfMissing = true)
@ConditionalOnBean(DflockdClient.class)
public final class DflockdLockAutoConfiguration {

    DflockdLockAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    LockSettings dflockdLockSettings(
            DflockdProperties properties,
            ApplicationEventPublisher events,
            ObjectProvider<KeyEncoding> keyEncodings,
            ObjectProvider<ObservationRegistry> observations,
            ObjectProvider<ContextPropagatingTaskDecorator> contextPropagation,
            ObjectProvider<LockSettingsCustomizer> customizers) {
        KeyEncoding keyEncoding = keyEncodings.getIfUnique();
        LockSettings.Builder settings = LockSettings.builder()
                .keyEncoding(keyEncoding == null ? properties.getKeyEncoding().encoding() : keyEncoding)
                .eventPublisher(events);
        ObservationRegistry registry = properties.getObservations().isEnabled() ? observations.getIfAvailable() : null;
        if (registry != null) {
            observe(settings, registry, properties);
        }
        ContextPropagatingTaskDecorator decorator = contextPropagation.getIfAvailable();
        if (decorator != null) {
            settings.taskDecorator(decorator);
        }
        for (LockSettingsCustomizer customizer : customizers.orderedStream().toList()) {
            customizer.customize(settings);
        }
        return settings.build();
    }

    @Bean
    static DflockdClientBuilderCustomizer dflockdLockEvents(ApplicationEventPublisher events) {
        return (builder, name) -> builder.listener(new LockEventPublisher(events));
    }

    @Bean
    @ConditionalOnSingleCandidate(DflockdClient.class)
    @ConditionalOnMissingBean(LockOperations.class)
    LockTemplate lockTemplate(DflockdClient client, LockSettings settings) {
        return new LockTemplate(client, settings);
    }

    @Bean
    @ConditionalOnSingleCandidate(DflockdClient.class)
    @ConditionalOnMissingBean(SemaphoreOperations.class)
    SemaphoreTemplate semaphoreTemplate(DflockdClient client, LockSettings settings) {
        return new SemaphoreTemplate(client, settings);
    }

    private static void observe(
            LockSettings.Builder settings, ObservationRegistry registry, DflockdProperties properties) {
        int maxNames = properties.getMetrics().getMaxNames();
        settings.observationRegistry(registry)
                .acquireConvention(
                        new BoundedLockObservationConvention(new DefaultLockAcquireObservationConvention(), maxNames))
                .holdConvention(
                        new BoundedLockObservationConvention(new DefaultLockHoldObservationConvention(), maxNames));
    }
}
