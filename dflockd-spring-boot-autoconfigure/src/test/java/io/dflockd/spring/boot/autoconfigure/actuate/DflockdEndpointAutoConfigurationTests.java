package io.dflockd.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.SignalSubscription;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.boot.actuate.DflockdEndpoint;
import io.dflockd.spring.boot.actuate.DflockdEndpoint.ClientDescriptor;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DflockdEndpointAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withInitializer(
                    context -> context.getEnvironment().setConversionService(new ApplicationConversionService()))
            .withConfiguration(
                    AutoConfigurations.of(DflockdAutoConfiguration.class, DflockdEndpointAutoConfiguration.class))
            .withPropertyValues("dflockd.embedded.enabled=true", "dflockd.auth-token=verysecret");

    private final ApplicationContextRunner exposed =
            runner.withPropertyValues("management.endpoints.web.exposure.include=dflockd");

    @Test
    void notExposedUnlessAsked() {
        runner.run(context -> assertThat(context).doesNotHaveBean(DflockdEndpoint.class));
        exposed.withPropertyValues("management.endpoint.dflockd.access=none")
                .run(context -> assertThat(context).doesNotHaveBean(DflockdEndpoint.class));
    }

    /** As {@code @MockitoBean} makes it. */
    @Test
    void clientThatIsAMockIsLeftOut() {
        exposed.withBean("mocked", DflockdClient.class, () -> Mockito.mock(DflockdClient.class))
                .run(context -> assertThat(
                                context.getBean(DflockdEndpoint.class).dflockd().clients())
                        .isEmpty());
    }

    @Test
    void showsWhatIsHeldAndWaitedForAndWhatTheServerSays() {
        exposed.run(context -> {
            DflockdClient client = context.getBean(DflockdClient.class);
            EmbeddedDflockdServer server = context.getBean(EmbeddedDflockdServer.class);
            try (LockHandle held = client.lock("k").withName("stock").acquire();
                    SignalSubscription subscription = client.signals().subscribe("events.>", signal -> {})) {
                assertThat(subscription).isNotNull();
                var waiting = client.semaphore("k", 1).acquireAsync();
                server.await(view -> view.waiters("k").size() == 1, Duration.ofSeconds(5));

                DflockdEndpoint.Descriptor described =
                        context.getBean(DflockdEndpoint.class).dflockd();

                ClientDescriptor shown = described.clients().get("default");
                assertThat(shown.held()).singleElement().satisfies(handle -> {
                    assertThat(handle.name()).isEqualTo("stock");
                    assertThat(handle.key()).isEqualTo("k");
                    assertThat(handle.state()).isEqualTo("held");
                    assertThat(handle.heldForAtLeast()).isPositive();
                });
                assertThat(shown.subscriptions())
                        .singleElement()
                        .satisfies(each -> assertThat(each.pattern()).isEqualTo("events.>"));
                assertThat(shown.waiting()).singleElement().satisfies(each -> {
                    assertThat(each.kind()).isEqualTo("semaphore");
                    assertThat(each.name()).isNull();
                });
                assertThat(shown.servers().get(server.address()).stats().locks())
                        .hasSize(1);
                String json = JsonMapper.builder().build().writeValueAsString(described);
                assertThat(json)
                        .contains(
                                "\"abilities\":{\"generation\":\"REDIS_FEATS_BRANCH\",\"signals\":true,\"fences\":\"IN_FIELD\"}")
                        .doesNotContain(held.token())
                        .doesNotContain("verysecret");
                waiting.cancel(true);
            }
        });
    }

    /** What is left of a lease has different names by the clocks of the application and of the server. */
    @Test
    void noNameHasTwoMeanings() {
        exposed.run(context -> {
            try (LockHandle held =
                    context.getBean(DflockdClient.class).lock("k").acquire()) {
                assertThat(held.isHeld()).isTrue();
                JsonNode described = JsonMapper.builder()
                        .build()
                        .valueToTree(context.getBean(DflockdEndpoint.class)
                                .dflockd()
                                .clients()
                                .get("default"));
                JsonNode own = described.get("held").get(0);
                JsonNode server = described
                        .get("servers")
                        .iterator()
                        .next()
                        .get("stats")
                        .get("locks")
                        .get(0);
                assertThat(own.propertyNames()).contains("heldForAtLeast").noneMatch(name -> name.contains("Lease"));
                assertThat(server.propertyNames()).contains("leaseRemaining").doesNotContain("heldForAtLeast");
            }
        });
    }

    @Test
    void clientThatIsNoDefaultCandidateIsShown() {
        exposed.withUserConfiguration(NoDefaultCandidate.class)
                .withPropertyValues("dflockd.health.timeout=100ms")
                .run(context -> assertThat(
                                context.getBean(DflockdEndpoint.class).dflockd().clients())
                        .containsOnlyKeys("default", "special"));
    }

    @Test
    void serverThatIsDownIsShownWithItsReason() {
        exposed.run(context -> {
            EmbeddedDflockdServer server = context.getBean(EmbeddedDflockdServer.class);
            server.stop();
            assertThat(context.getBean(DflockdEndpoint.class)
                            .dflockd()
                            .clients()
                            .get("default")
                            .servers()
                            .get(server.address())
                            .error())
                    .contains(server.address());
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class NoDefaultCandidate {

        @Bean(defaultCandidate = false)
        DflockdClient special() {
            return DflockdClient.builder().servers("127.0.0.1:1").build();
        }
    }
}
