package io.dflockd.spring.boot.autoconfigure.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.signal.listener.ContainerSettings;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ContainerSettingsCustomizerTests {

    @Test
    void customizersComeAfterTheProperties() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(DflockdAutoConfiguration.class, DflockdSignalAutoConfiguration.class))
                .withPropertyValues("dflockd.listener.concurrency=2")
                .withBean(
                        ContainerSettingsCustomizer.class,
                        () -> settings -> settings.withConcurrency(settings.concurrency() + 5))
                .run(context -> assertThat(
                                context.getBean(ContainerSettings.class).concurrency())
                        .isEqualTo(7));
    }
}
