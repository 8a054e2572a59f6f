package io.dflockd.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.ShardingStrategy;
import io.dflockd.client.internal.DefaultDflockdClient;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.spring.boot.autoconfigure.signal.DflockdListenerProperties;
import io.dflockd.spring.boot.autoconfigure.signal.DflockdSignalAutoConfiguration;
import io.dflockd.spring.boot.docs.ConfigurationMetadata;
import io.dflockd.spring.signal.listener.ContainerSettings;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Properties and the client's own settings: the same defaults, and no property that does nothing. */
class ClientPropertiesTests {

    /** What one property does: its value, and the setting of the client in which it is seen. */
    record Case(String property, String value, String setting, Object seen) {}

    private static final List<Case> CASES = List.of(
            new Case("servers", "one.test:1,two.test", "servers", "[one.test:1, two.test:6388]"),
            new Case("auth-token", "sesame", "authToken", "sesame"),
            new Case("auth-token-file", "{token-file}", "authToken", "of-the-file"),
            new Case("acquire-timeout", "11s", "acquireTimeout", "PT11S"),
            new Case("lease-ttl", "12s", "lease", "PT12S"),
            new Case("hold-at-least", "1500ms", "holdAtLeast", "PT1.5S"),
            new Case("hold-at-most", "15m", "holdAtMost", "PT15M"),
            new Case("release", "sent", "release", "SENT"),
            new Case("hold-at-least-on-close", "2s", "holdAtLeastOnClose", "PT2S"),
            new Case("connect-timeout", "13s", "connectTimeout", "PT13S"),
            new Case("request-timeout", "14s", "requestTimeout", "PT14S"),
            new Case("keep-alive-interval", "8s", "keepAliveInterval", "PT8S"),
            new Case("server-read-timeout", "50s", "serverReadTimeout", "PT50S"),
            new Case("server-auto-release", "false", "serverAutoRelease", "false"),
            new Case("queued-place-max-life", "16s", "queuedPlaceMaxLife", "PT16S"),
            new Case("max-stats-size", "3MB", "maxStatsBytes", "3145728"),
            new Case("fence-from-token", "true", "fenceFromToken", "true"),
            new Case("sharding", "bean", "sharding", "4711"),
            new Case("ssl.enabled", "true", "sslContext", "TLS"),
            new Case("ssl.bundle", "test", "sslContext", "TLS"),
            new Case("ssl.verify-hostname", "false", "hostnameVerification", "false"),
            new Case("renewal.enabled", "false", "renewal", "false"),
            new Case("renewal.ratio", "0.25", "renewRatio", "0.25"),
            new Case("pool.max-wait-connections", "17", "maxWaitConnections", "17"),
            new Case("pool.wait-connection-idle", "3s", "waitConnectionIdle", "PT3S"));

    /** They concern the start and the end of a client, and have tests of their own. */
    private static final Set<String> NO_SETTING_OF_THE_CLIENT = Set.of("fail-fast", "close-timeout");

    private static final Path STORE = TestCertificates.newStore("localhost");

    private static final ShardingStrategy SHARDING = (key, count) -> 4711;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SslAutoConfiguration.class, DflockdAutoConfiguration.class, DflockdSignalAutoConfiguration.class));

    @Test
    void defaultsOfThePropertiesAreThoseOfTheClient() {
        runner.run(context -> assertThat(settings(context.getBean("dflockdClient", DflockdClient.class)))
                .isEqualTo(rendered(new ClientSettings())));
    }

    @Test
    void defaultsOfTheListenerPropertiesAreThoseOfTheContainers() {
        DflockdListenerProperties properties = new DflockdListenerProperties();
        ContainerSettings defaults = ContainerSettings.defaults();
        assertThat(properties.isAutoStartup()).isEqualTo(defaults.autoStartup());
        assertThat(properties.getConcurrency()).isEqualTo(defaults.concurrency());
        assertThat(properties.getBufferSize()).isEqualTo(defaults.bufferSize());
        assertThat(properties.getOverflow()).isEqualTo(defaults.overflow());
        assertThat(properties.getDrainTimeout()).isEqualTo(defaults.drainTimeout());
    }

    @Test
    void everyPropertyOfAClientHasACase() {
        assertThat(ConfigurationMetadata.propertiesOfAClient())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(CASES.stream().map(Case::property), NO_SETTING_OF_THE_CLIENT.stream())
                                .toList());
    }

    static Stream<Arguments> cases() {
        return CASES.stream()
                .flatMap(each -> Stream.of(
                        Arguments.of("dflockd.", "dflockdClient", each),
                        Arguments.of("dflockd.clients.reports.", "reports", each)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyPropertyReachesTheClient(String prefix, String bean, Case given, @TempDir Path folder) throws Exception {
        String tokenFile =
                Files.writeString(folder.resolve("token"), "of-the-file").toString();
        ApplicationContextRunner configured = runner.withPropertyValues(prefix + "servers=server.test:1")
                .withPropertyValues(SslTests.bundle("test", STORE));
        if (given.value().equals("bean")) {
            configured = configured.withBean(ShardingStrategy.class, () -> SHARDING);
            configured = configured.withPropertyValues("dflockd.sharding=bean");
        }
        Map<String, Object> unchanged = new TreeMap<>();
        runner.withPropertyValues(prefix + "servers=server.test:1")
                .run(context -> unchanged.putAll(settings(context.getBean(bean, DflockdClient.class))));

        configured
                .withPropertyValues(
                        prefix + given.property() + "=" + given.value().replace("{token-file}", tokenFile))
                .run(context -> {
                    Map<String, Object> expected = new TreeMap<>(unchanged);
                    expected.put(given.setting(), given.seen());
                    assertThat(settings(context.getBean(bean, DflockdClient.class)))
                            .isEqualTo(expected);
                });
    }

    static List<Case> signalCases() {
        return List.of(
                new Case("dflockd.signals.max-payload", "300B", "maxSignalPayload", "300"),
                new Case("dflockd.signals.routing", "all-servers", "signalRouting", "ALL_SERVERS"),
                new Case("dflockd.signals.threads", "3", "signalThreads", "3"));
    }

    @ParameterizedTest
    @MethodSource("signalCases")
    void everyPropertyOfSignalsReachesAllClients(Case given) {
        runner.withPropertyValues(
                        "dflockd.clients.reports.servers=127.0.0.1:6388", given.property() + "=" + given.value())
                .run(context -> {
                    Map<String, Object> expected = rendered(new ClientSettings());
                    expected.put(given.setting(), given.seen());
                    assertThat(settings(context.getBean("dflockdClient", DflockdClient.class)))
                            .isEqualTo(expected);
                    assertThat(settings(context.getBean("reports", DflockdClient.class)))
                            .isEqualTo(expected);
                });
    }

    @Test
    void everyPropertyOfSignalsHasACase() {
        List<String> given = new ArrayList<>();
        signalCases().forEach(each -> given.add(each.property()));
        assertThat(ConfigurationMetadata.names().filter(name -> name.startsWith("dflockd.signals.")))
                .containsExactlyInAnyOrderElementsOf(given);
    }

    private static Map<String, Object> settings(DflockdClient client) {
        return rendered(((DefaultDflockdClient) ((RestartableClient) client).current()).settings());
    }

    /** All settings by name, as texts that can be compared. */
    private static Map<String, Object> rendered(ClientSettings settings) {
        Map<String, Object> rendered = new TreeMap<>();
        for (Field field : ClientSettings.class.getFields()) {
            try {
                rendered.put(field.getName(), rendered(field.getName(), field.get(settings)));
            } catch (IllegalAccessException ex) {
                throw new IllegalStateException(ex);
            }
        }
        // For tests of the client only.
        rendered.remove("ticker");
        rendered.remove("hostResolver");
        return rendered;
    }

    private static String rendered(String name, @Nullable Object value) {
        if (name.equals("authToken")) {
            return value == null ? "null" : String.valueOf(((Supplier<?>) value).get());
        }
        if (name.equals("sslContext")) {
            return value == null ? "null" : "TLS";
        }
        if (value instanceof ShardingStrategy sharding) {
            return String.valueOf(sharding.serverFor("key", 1000));
        }
        return String.valueOf(value);
    }
}
