package io.dflockd.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.TlsException;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.DflockdClientBuilderCustomizer;
import io.dflockd.spring.boot.autoconfigure.DflockdConnectionDetails;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockSettings;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.SemaphoreOperations;
import io.dflockd.spring.lock.SemaphoreTemplate;
import io.dflockd.spring.signal.SignalTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/** No client of a test context reaches a server that the test has not named. */
class ServersOfTheTestTests {

    @Test
    void environmentVariablesNameNoServers() {
        try (ConfigurableApplicationContext context = start(
                Map.of(
                        "DFLOCKD_SERVERS", "production.invalid",
                        "DFLOCKD_SSL_ENABLED", "true",
                        "DFLOCKD_AUTH_TOKEN", "of-production",
                        "DFLOCKD_CLIENTS_SHELL_SERVERS", "shell.invalid",
                        "DFLOCKD_CLIENTS_SHELL_SSL_ENABLED", "true"),
                List.of(),
                Application.class)) {
            Map<String, DflockdClient> clients = context.getBeansOfType(DflockdClient.class);
            assertThat(clients).containsOnlyKeys("dflockdClient", "reports", "myStock", "archive/2", "shell");
            assertAllAreEmbedded(context);
        }
    }

    /** SPRING_APPLICATION_JSON, an environment post-processor and Spring Cloud put theirs before the system properties. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sourcesBeforeTheSystemPropertiesNameNoServers(boolean later) {
        Map<String, Object> production = Map.of(
                "dflockd.servers",
                "production.invalid",
                "dflockd.auth-token",
                "of-production",
                "dflockd.clients.reports.servers",
                "production.invalid",
                "dflockd.clients.late.servers",
                "production.invalid",
                "dflockd.clients.late.ssl.enabled",
                "true");
        try (ConfigurableApplicationContext context =
                start(Map.of(), production, later, List.of(), Application.class)) {
            assertThat(context.getBeansOfType(DflockdClient.class)).containsKey("late");
            assertAllAreEmbedded(context);
        }
    }

    @Test
    void argumentsOfTheTestNameServersBehindOtherSources() {
        try (ConfigurableApplicationContext context = start(
                Map.of(),
                Map.of("dflockd.servers", "production.invalid"),
                true,
                List.of("--dflockd.servers[0]=chosen.test:1", "--dflockd.servers[1]=chosen.test:2"),
                Application.class)) {
            assertThat(context.getBean(DflockdClient.class).servers()).hasToString("[chosen.test:1, chosen.test:2]");
        }
    }

    @Test
    void systemPropertiesNameServers() {
        System.setProperty("dflockd.servers", "chosen.test:1");
        try (ConfigurableApplicationContext context = start(Map.of(), List.of(), Application.class)) {
            assertThat(context.getBean(DflockdClient.class).servers()).hasToString("[chosen.test:1]");
        } finally {
            System.clearProperty("dflockd.servers");
        }
    }

    @Test
    void tlsOfTheTestIsUsed() throws Exception {
        try (EmbeddedDflockdServer plain = EmbeddedDflockdServer.builder().start();
                ConfigurableApplicationContext context = start(
                        Map.of(),
                        List.of("--dflockd.servers=" + plain.address(), "--dflockd.ssl.enabled=true"),
                        Application.class)) {
            assertThat(context.getBean(DflockdClient.class).lock("k").tryAcquireAsync())
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withCauseInstanceOf(TlsException.class);
        }
    }

    @Test
    void tlsOfTheApplicationIsNotUsedWithServersOfTheTest() throws Exception {
        try (EmbeddedDflockdServer plain = EmbeddedDflockdServer.builder().start();
                ConfigurableApplicationContext context =
                        start(Map.of(), List.of("--dflockd.servers=" + plain.address()), Application.class)) {
            assertThat(context.getBean(DflockdClient.class).lock("k").tryAcquireAsync())
                    .succeedsWithin(Duration.ofSeconds(20));
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                OwnClient.class,
                OwnDetails.class,
                OwnCustomizer.class,
                OwnTemplate.class,
                OwnSemaphores.class,
                OwnSignals.class
            })
    void serversInTheCodeOfTheApplicationFailTheStart(Class<?> code) {
        assertThatThrownBy(() ->
                        start(Map.of(), List.of(), Application.class, code).close())
                .hasStackTraceContaining("code.invalid:6388")
                .hasStackTraceContaining("which this test has not named");
    }

    @ParameterizedTest
    @ValueSource(classes = {OwnClient.class, OwnDetails.class, OwnCustomizer.class})
    void serversInTheCodeOfTheApplicationMayBeNamedByTheTest(Class<?> code) {
        try (ConfigurableApplicationContext context =
                start(Map.of(), List.of("--dflockd.servers=code.invalid"), Application.class, code)) {
            assertThat(context.getBeansOfType(DflockdClient.class).values())
                    .anySatisfy(client -> assertThat(client.servers()).hasToString("[code.invalid:6388]"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                ClientOfTheTest.class,
                TemplateOfAClientOfTheTest.class,
                DetailsOfTheTest.class,
                OwnConfiguration.Nested.class
            })
    void beansOfTheTestsConfigurationNameServers(Class<?> code) {
        try (ConfigurableApplicationContext context = start(Map.of(), List.of(), Application.class, code)) {
            assertThat(context.getBean(DflockdClient.class).servers()).hasToString("[code.invalid:6388]");
        }
    }

    @Test
    void clientWithoutLockingReachesNoServer() {
        try (ConfigurableApplicationContext context = start(Map.of(), List.of(), Application.class, Unlocked.class)) {
            assertThat(context.getBean("mine")).isInstanceOf(DflockdClient.class);
        }
    }

    private static void assertAllAreEmbedded(ConfigurableApplicationContext context) {
        EmbeddedDflockdServer server = context.getBean(EmbeddedDflockdServer.class);
        assertThat(context.getBeansOfType(DflockdClient.class).values()).allSatisfy(client -> {
            assertThat(client.servers()).hasToString("[" + server.address() + "]");
            assertThat(client.lock("k-" + System.identityHashCode(client)).tryAcquireAsync())
                    .succeedsWithin(Duration.ofSeconds(20))
                    .satisfies(held -> held.orElseThrow().release());
        });
    }

    private static ConfigurableApplicationContext start(
            Map<String, Object> variables, List<String> arguments, Class<?>... sources) {
        return start(variables, Map.of(), false, arguments, sources);
    }

    /** @param later whether the foreign properties are added after the test's */
    private static ConfigurableApplicationContext start(
            Map<String, Object> variables,
            Map<String, Object> foreign,
            boolean later,
            List<String> arguments,
            Class<?>... sources) {
        ContextCustomizer customizer = new EmbeddedDflockdContextCustomizerFactory()
                .createContextCustomizer(ServersOfTheTestTests.class, List.of());
        List<String> all = new ArrayList<>(arguments);
        all.add("--dflockd.close-timeout=0");
        return new SpringApplicationBuilder(sources)
                .web(WebApplicationType.NONE)
                .initializers(context -> {
                    MutablePropertySources properties = context.getEnvironment().getPropertySources();
                    String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
                    properties.replace(name, new SystemEnvironmentPropertySource(name, variables));
                    MapPropertySource first = new MapPropertySource("spring.application.json", foreign);
                    if (!later) {
                        properties.addFirst(first);
                    }
                    customizer.customizeContext(
                            context, new MergedContextConfiguration(OwnConfiguration.class, null, null, null, null));
                    if (later) {
                        properties.addFirst(first);
                    }
                })
                .run(all.toArray(String[]::new));
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({SslAutoConfiguration.class, DflockdAutoConfiguration.class})
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    static class OwnClient {

        @Bean
        DflockdClient own() {
            return DflockdClient.builder().servers("code.invalid").build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnDetails {

        @Bean
        DflockdConnectionDetails details() {
            return () -> List.of(ServerAddress.parse("code.invalid"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnCustomizer {

        @Bean
        DflockdClientBuilderCustomizer customizer() {
            return (builder, name) -> builder.servers("code.invalid");
        }
    }

    /** Its client is no bean. */
    @Configuration(proxyBeanMethods = false)
    static class OwnTemplate {

        @Bean
        LockOperations own() {
            return new LockTemplate(
                    DflockdClient.builder().servers("code.invalid").build());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnSemaphores {

        @Bean
        SemaphoreOperations own() {
            return new SemaphoreTemplate(
                    DflockdClient.builder().servers("code.invalid").build(),
                    LockSettings.builder().build());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnSignals {

        @Bean
        SignalTemplate own() {
            return new SignalTemplate(
                    DflockdClient.builder().servers("code.invalid").build());
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class ClientOfTheTest {

        @Bean
        DflockdClient own() {
            return DflockdClient.builder().servers("code.invalid").build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(ClientOfTheTest.class)
    static class TemplateOfAClientOfTheTest {

        @Bean
        LockOperations locks(DflockdClient client) {
            return new LockTemplate(client);
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class DetailsOfTheTest {

        @Bean
        DflockdConnectionDetails details() {
            return () -> List.of(ServerAddress.parse("code.invalid"));
        }
    }

    /** Stands for a test class. */
    static class OwnConfiguration {

        @Configuration(proxyBeanMethods = false)
        static class Nested {

            @Bean
            DflockdClient own() {
                return DflockdClient.builder().servers("code.invalid").build();
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Unlocked {

        @Bean
        DflockdClient mine() {
            return DflockdClient.withoutLocking();
        }
    }
}
