package io.dflockd.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ServerAddress;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class DflockdAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DflockdAutoConfiguration.class));

    private EmbeddedDflockdServer server;

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedDflockdServer.builder().authToken("sesame").start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void unsetServersMeanTheLocalDefaultAndNothingIsConnected() {
        runner.run(context -> {
            assertThat(context)
                    .hasSingleBean(DflockdClient.class)
                    .doesNotHaveBean(EmbeddedDflockdServer.class.getName());
            assertThat(context.getBean(DflockdClient.class).servers())
                    .containsExactly(new ServerAddress("127.0.0.1", 6388));
            assertThat(context.getBean(DflockdClient.class)
                            .snapshot()
                            .connections()
                            .values())
                    .allMatch(count -> count == 0);
        });
    }

    /** Such as those that Kubernetes sets for a service. */
    @Test
    void foreignVariablesAndSystemPropertiesAreNotRefused() {
        runner.withInitializer(EnvironmentVariables.of(
                        "DFLOCKD_SERVICE_HOST", "10.0.0.1", "DFLOCKD_PORT", "tcp://10.0.0.1:6388"))
                .withSystemProperties("dflockd.loop=netty")
                .withPropertyValues(
                        "dflockd.unset=", "dflockd.leader.auto-startup=true", "dflockd.ssl.verifyHostname=true")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void connectsToTheServersOfThePropertiesWithTheirToken() {
        runner.withPropertyValues("dflockd.servers=" + server.address(), "dflockd.auth-token=sesame")
                .run(context -> {
                    try (LockHandle held =
                            context.getBean(DflockdClient.class).lock("k").acquire()) {
                        assertThat(server.view().holders("k")).hasSize(1);
                        assertThat(held.server()).hasToString(server.address());
                    }
                });
    }

    @Test
    void defaultsOfAcquisitionsComeFromTheProperties() {
        runner.withPropertyValues(
                        "dflockd.servers=" + server.address(), "dflockd.auth-token=sesame", "dflockd.lease-ttl=47s")
                .run(context -> {
                    try (LockHandle held =
                            context.getBean(DflockdClient.class).lock("k").acquire()) {
                        assertThat(held.lease()).isEqualTo(Duration.ofSeconds(47));
                    }
                });
    }

    @Test
    void tokenFileIsReadForEachConnectionSoThatItCanBeRotated(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "old\n");
        runner.withPropertyValues("dflockd.servers=" + server.address(), "dflockd.auth-token-file=" + file)
                .run(context -> {
                    Files.writeString(file, "sesame\n");
                    try (LockHandle held =
                            context.getBean(DflockdClient.class).lock("k").acquire()) {
                        assertThat(held.isHeld()).isTrue();
                    }
                });
    }

    @Test
    void embeddedServerStartsOnlyWhereEnabledAndServersAreUnset() {
        runner.withPropertyValues("dflockd.embedded.enabled=true").run(context -> {
            EmbeddedDflockdServer embedded = context.getBean(EmbeddedDflockdServer.class);
            assertThat(context.getBean(DflockdClient.class).servers()).hasToString("[" + embedded.address() + "]");
        });
        runner.withPropertyValues("dflockd.embedded.enabled=true", "dflockd.servers=" + server.address())
                .run(context -> {
                    assertThat(context.getBeanFactory().containsSingleton("dflockdEmbeddedServer"))
                            .isFalse();
                    assertThat(context.getBean(DflockdClient.class).servers())
                            .hasToString("[" + server.address() + "]");
                });
    }

    @Test
    void embeddedServerAsksForTheTokenOfTheProperties() {
        runner.withPropertyValues("dflockd.embedded.enabled=true", "dflockd.auth-token=t")
                .run(context -> {
                    try (LockHandle held = context.getBean(DflockdClient.class)
                                    .lock("k")
                                    .acquire();
                            DflockdClient stranger = DflockdClient.builder()
                                    .servers(held.server().toString())
                                    .build()) {
                        assertThat(stranger.lock("other").tryAcquireAsync()).failsWithin(Duration.ofSeconds(10));
                    }
                });
    }

    @Test
    void embeddedServerWithoutItsJarFailsTheStartAndNamesTheDependency() {
        runner.withClassLoader(new FilteredClassLoader(EmbeddedDflockdServer.class))
                .withPropertyValues("dflockd.embedded.enabled=true")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("dflockd.embedded.enabled")
                        .hasMessageContaining("io.dflockd:dflockd-embedded-server"));
        runner.withClassLoader(new FilteredClassLoader(EmbeddedDflockdServer.class))
                .run(context -> assertThat(context).hasSingleBean(DflockdClient.class));
    }

    @Test
    void connectionDetailsWinEntirely() {
        runner.withUserConfiguration(OwnDetails.class)
                .withBean("server", EmbeddedDflockdServer.class, () -> server)
                .withPropertyValues(
                        "dflockd.servers=not a server",
                        "dflockd.auth-token=wrong",
                        "dflockd.ssl.enabled=true",
                        "dflockd.embedded.enabled=true")
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean(PropertiesDflockdConnectionDetails.class);
                    try (LockHandle held =
                            context.getBean(DflockdClient.class).lock("k").acquire()) {
                        assertThat(held.server()).hasToString(server.address());
                    }
                });
    }

    @Test
    void namedClientsHaveSettingsOfTheirOwnAndTheDefaultOneIsInjected() {
        runner.withPropertyValues(
                        "dflockd.servers=10.0.0.1",
                        "dflockd.clients.reports.servers=" + server.address(),
                        "dflockd.clients.reports.auth-token=sesame",
                        "dflockd.clients.archive.servers=10.0.0.3:1")
                .run(context -> {
                    assertThat(context.getBeansOfType(DflockdClient.class))
                            .containsOnlyKeys("dflockdClient", "reports", "archive");
                    assertThat(context.getBean(DflockdClient.class).servers()).hasToString("[10.0.0.1:6388]");
                    DflockdClient reports = context.getBean("reports", DflockdClient.class);
                    try (LockHandle held = reports.lock("k").acquire()) {
                        assertThat(held.isHeld()).isTrue();
                    }
                });
    }

    @Test
    void customizersSeeEveryClientAndComeLast() {
        runner.withPropertyValues("dflockd.lease-ttl=10s", "dflockd.clients.reports.servers=10.0.0.3")
                .withBean(
                        DflockdClientBuilderCustomizer.class, () -> (builder, name) -> builder.servers(name + ".test"))
                .run(context -> {
                    assertThat(context.getBean("dflockdClient", DflockdClient.class)
                                    .servers())
                            .hasToString("[default.test:6388]");
                    assertThat(context.getBean("reports", DflockdClient.class).servers())
                            .hasToString("[reports.test:6388]");
                });
    }

    @Test
    void ownClientReplacesTheDefaultOne() {
        runner.withBean(
                        "mine",
                        DflockdClient.class,
                        () -> DflockdClient.builder().servers("mine.test").build())
                .run(context ->
                        assertThat(context).hasSingleBean(DflockdClient.class).hasBean("mine"));
    }

    @Test
    void disabledMeansNoClient() {
        runner.withPropertyValues("dflockd.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(DflockdClient.class));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnDetails {

        @Bean
        DflockdConnectionDetails details(EmbeddedDflockdServer server) {
            return new DflockdConnectionDetails() {
                @Override
                public List<ServerAddress> getServers() {
                    return List.of(ServerAddress.parse(server.address()));
                }

                @Override
                public String getAuthToken() {
                    return "sesame";
                }
            };
        }
    }
}
