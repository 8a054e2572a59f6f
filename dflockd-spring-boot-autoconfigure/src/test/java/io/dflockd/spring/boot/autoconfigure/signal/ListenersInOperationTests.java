package io.dflockd.spring.boot.autoconfigure.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.embedded.Generation;
import io.dflockd.spring.boot.actuate.DflockdEndpoint;
import io.dflockd.spring.boot.actuate.DflockdEndpoint.SubscriptionDescriptor;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.actuate.DflockdEndpointAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.health.DflockdHealthContributorAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.metrics.DflockdMetricsAutoConfiguration;
import io.dflockd.spring.signal.annotation.SignalListener;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** Health, endpoint and meters say whether listeners listen, and why not. */
@Timeout(60)
class ListenersInOperationTests {

    private static final Duration SOON = Duration.ofSeconds(15);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DflockdAutoConfiguration.class,
                    DflockdSignalAutoConfiguration.class,
                    DflockdHealthContributorAutoConfiguration.class,
                    DflockdEndpointAutoConfiguration.class,
                    DflockdMetricsAutoConfiguration.class))
            .withPropertyValues("management.endpoints.web.exposure.include=dflockd")
            .withBean(SimpleMeterRegistry.class);

    static class Listener {

        @SignalListener(
                id = "orders",
                value = {"orders.new", "orders.gone"})
        void listen(String payload) {}
    }

    private static Health health(ApplicationContext context, EmbeddedDflockdServer server) {
        CompositeHealthContributor servers = context.getBean(CompositeHealthContributor.class);
        return ((HealthIndicator) servers.getContributor(server.address())).health(true);
    }

    private static List<SubscriptionDescriptor> subscriptions(ApplicationContext context) {
        return context.getBean(DflockdEndpoint.class)
                .dflockd()
                .clients()
                .values()
                .iterator()
                .next()
                .subscriptions();
    }

    private static double gauge(ApplicationContext context, String state) {
        return context.getBean(MeterRegistry.class)
                .get("dflockd.signals.subscriptions")
                .tag("dflockd.state", state)
                .gauge()
                .value();
    }

    private static void bindMeters(ApplicationContext context) {
        MeterRegistry registry = context.getBean(MeterRegistry.class);
        context.getBeansOfType(MeterBinder.class).values().forEach(binder -> binder.bindTo(registry));
    }

    @Test
    void listenersThatListenAreCounted() throws Exception {
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
            runner.withPropertyValues("dflockd.servers=" + server.address())
                    .withBean(Listener.class)
                    .run(context -> {
                        bindMeters(context);
                        context.getBean(SignalListenerEndpointRegistry.class)
                                .getListenerContainer("orders")
                                .ready()
                                .get(10, TimeUnit.SECONDS);
                        Health health = health(context, server);
                        assertThat(health.getStatus()).isEqualTo(Status.UP);
                        assertThat(health.getDetails())
                                .containsEntry("subscriptions", Map.of("connected", 2L, "disconnected", 0L))
                                .doesNotContainKey("subscriptionProblems");
                        assertThat(subscriptions(context)).hasSize(2).allSatisfy(each -> {
                            assertThat(each.connected()).isTrue();
                            assertThat(each.servers())
                                    .containsExactly(
                                            new DflockdEndpoint.ListeningDescriptor(server.address(), true, null));
                        });
                        await().atMost(SOON).until(() -> gauge(context, "connected") == 2);
                        assertThat(gauge(context, "disconnected")).isZero();
                    });
        }
    }

    @Test
    void serverWithoutSignalsIsShown() throws Exception {
        try (EmbeddedDflockdServer server =
                EmbeddedDflockdServer.builder().generation(Generation.G1).start()) {
            runner.withPropertyValues("dflockd.servers=" + server.address())
                    .withBean(Listener.class)
                    .run(context -> {
                        bindMeters(context);
                        await().atMost(SOON)
                                .untilAsserted(
                                        () -> assertThat(health(context, server).getDetails())
                                                .containsKey("subscriptionProblems"));
                        Health health = health(context, server);
                        assertThat(health.getStatus()).as("locks work").isEqualTo(Status.UP);
                        assertThat(health.getDetails())
                                .containsEntry("subscriptions", Map.of("connected", 0L, "disconnected", 2L));
                        assertThat(health.getDetails().get("subscriptionProblems"))
                                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                                .singleElement()
                                .asString()
                                .contains("has no signals");
                        await().atMost(SOON)
                                .untilAsserted(() -> assertThat(subscriptions(context))
                                        .allSatisfy(each -> assertThat(each.servers())
                                                .singleElement()
                                                .satisfies(listening -> assertThat(listening.problem())
                                                        .contains(server.address(), "has no signals"))));
                        await().atMost(SOON).until(() -> gauge(context, "disconnected") == 2);
                        assertThat(gauge(context, "connected")).isZero();
                    });
        }
    }

    @Test
    void serverThatIsDownIsShown() throws Exception {
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
            server.stop();
            runner.withPropertyValues("dflockd.servers=" + server.address())
                    .withBean(Listener.class)
                    .run(context -> {
                        await().atMost(SOON)
                                .untilAsserted(
                                        () -> assertThat(health(context, server).getDetails())
                                                .containsKeys("subscriptionProblems", "error"));
                        assertThat(health(context, server).getStatus()).isEqualTo(Status.DOWN);
                    });
        }
    }

    @Test
    void clientWithoutSubscriptionsShowsNone() throws Exception {
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
            runner.withPropertyValues("dflockd.servers=" + server.address()).run(context -> {
                bindMeters(context);
                assertThat(context.getBean(DflockdClient.class).isClosed()).isFalse();
                assertThat(health(context, server).getDetails()).doesNotContainKey("subscriptions");
                assertThat(gauge(context, "connected")).isZero();
            });
        }
    }
}
