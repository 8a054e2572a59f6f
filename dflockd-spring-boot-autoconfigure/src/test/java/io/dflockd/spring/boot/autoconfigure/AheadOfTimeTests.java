package io.dflockd.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.spring.boot.actuate.DflockdEndpoint;
import io.dflockd.spring.boot.autoconfigure.actuate.DflockdEndpointAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.health.DflockdHealthContributorAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.integration.DflockdIntegrationAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.integration.DflockdIntegrationProperties;
import io.dflockd.spring.boot.autoconfigure.leader.DflockdLeaderAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.leader.DflockdLeaderProperties;
import io.dflockd.spring.boot.autoconfigure.metrics.DflockdMetricsAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

/** What ahead-of-time processing finds; the packaged sample is what runs with it. */
class AheadOfTimeTests {

    @Test
    void processingConnectsToNothingStartsNothingAndHintsWhatIsReflectedOn() throws IOException {
        RuntimeHints hints;
        // An embedded server that was started would find its port taken, and fail.
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            hints = process(
                    "dflockd.embedded.enabled=true",
                    "dflockd.embedded.port=" + taken.getLocalPort(),
                    "dflockd.fail-fast=true",
                    "dflockd.clients.reports.servers=10.0.0.1",
                    "dflockd.leader.roles=billing",
                    "management.endpoints.web.exposure.include=dflockd");
        }

        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(DflockdProperties.class, "setCloseTimeout"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection()
                        .onMethodInvocation(DflockdClientProperties.class, "setAcquireTimeout"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection()
                        .onMethodInvocation(DflockdClientProperties.Ssl.class, "setBundle"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection()
                        .onMethodInvocation(DflockdIntegrationProperties.class, "setKeyPrefix"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(DflockdEndpoint.class, "dflockd"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(DflockdLeaderProperties.class, "setRoles"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(DflockdEndpoint.Descriptor.class))
                .accepts(hints);
    }

    private static RuntimeHints process(String... properties) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        TestPropertyValues.of(properties).applyTo(context);
        context.register(
                Meters.class,
                SslAutoConfiguration.class,
                DflockdAutoConfiguration.class,
                DflockdLockAutoConfiguration.class,
                DflockdIntegrationAutoConfiguration.class,
                DflockdHealthContributorAutoConfiguration.class,
                DflockdMetricsAutoConfiguration.class,
                DflockdLeaderAutoConfiguration.class,
                DflockdEndpointAutoConfiguration.class);
        DefaultGenerationContext generation = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get("test", "Application")), new InMemoryGeneratedFiles());
        new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        generation.writeGeneratedContent();
        return generation.getRuntimeHints();
    }

    @Configuration(proxyBeanMethods = false)
    static class Meters {

        @Bean
        MeterRegistry meterRegistry() {
            return new SimpleMeterRegistry();
        }
    }
}
