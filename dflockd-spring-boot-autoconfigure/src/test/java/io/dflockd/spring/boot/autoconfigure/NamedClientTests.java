package io.dflockd.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The clients of {@code dflockd.clients}. */
class NamedClientTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DflockdAutoConfiguration.class));

    private final ApplicationContextRunner reports =
            runner.withPropertyValues("dflockd.clients.reports.servers=reports.test:1");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key-encoding=percent",
                "keyEncoding=percent",
                "enabled=true",
                "without-locking=false",
                "embedded.enabled=true",
                "health.timeout=3s",
                "metrics.max-names=3",
                "observations.enabled=true",
                "signals.max-payload=300B",
                "listener.concurrency=2",
                "server=reports.test",
                "ssl.bundel=x",
                "renewal.ration=0.3"
            })
    void keyThatIsNotOneOfAClientIsRefused(String property) {
        String name = "dflockd.clients.reports." + property.substring(0, property.indexOf('='));
        reports.withPropertyValues("dflockd.clients.reports." + property)
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining(name.replace("keyEncoding", "keyencoding"))
                        .hasStackTraceContaining("not a property of a single client"));
    }

    @Test
    void keyThatIsNotOneOfAClientIsRefusedWhereNothingElseIsSet() {
        runner.withPropertyValues("dflockd.clients.reports.key-encoding=percent")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("dflockd.clients.reports.key-encoding"));
    }

    @Test
    void environmentVariablesOfANamedClientWork() {
        runner.withInitializer(EnvironmentVariables.of(
                        "DFLOCKD_CLIENTS_REPORTS_SERVERS", "reports.test:1",
                        "DFLOCKD_CLIENTS_REPORTS_ACQUIRE_TIMEOUT", "7s",
                        "DFLOCKD_CLIENTS_REPORTS_AUTH_TOKEN", "t"))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean("reports", DflockdClient.class).servers())
                            .hasToString("[reports.test:1]");
                });
    }

    /** A variable cannot say where the dash is. */
    @ParameterizedTest
    @ValueSource(strings = {"my-stock", "myStock"})
    void variablesMakeNoSecondClientOfANameWithADash(String name) {
        runner.withPropertyValues("dflockd.clients." + name + ".servers=127.0.0.1:1")
                .withInitializer(EnvironmentVariables.of("DFLOCKD_CLIENTS_MYSTOCK_AUTHTOKEN", "t"))
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("dflockd.clients.mystock")
                        .hasStackTraceContaining("dflockd.clients." + name)
                        .hasStackTraceContaining("differs only in case and dashes"));
    }

    @Test
    void closeTimeoutIsItsOwn() throws Exception {
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
            runner.withPropertyValues(
                            "dflockd.close-timeout=60s",
                            "dflockd.clients.reports.servers=" + server.address(),
                            "dflockd.clients.reports.close-timeout=10ms")
                    .run(context -> {
                        LockHandle held = context.getBean("reports", DflockdClient.class)
                                .lock("k")
                                .acquire();

                        context.getSourceApplicationContext().close();

                        assertThat(held.isHeld()).isFalse();
                        server.awaitQuiet(Duration.ofSeconds(5));
                    });
        }
    }

    @Test
    void withoutServersIsRefused() {
        runner.withPropertyValues("dflockd.servers=127.0.0.1:1", "dflockd.clients.reports.lease-ttl=10s")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("dflockd.clients.reports.servers")
                        .hasStackTraceContaining("A named client has no default"));
    }

    @Test
    void withoutServersUsesTheEmbeddedServerWithItsToken() {
        runner.withPropertyValues(
                        "dflockd.embedded.enabled=true",
                        "dflockd.auth-token=ours",
                        "dflockd.clients.reports.lease-ttl=10s",
                        "dflockd.clients.reports.auth-token=theirs",
                        "dflockd.clients.reports.ssl.enabled=true")
                .run(context -> {
                    try (LockHandle held = context.getBean("reports", DflockdClient.class)
                            .lock("k")
                            .acquire()) {
                        assertThat(held.lease()).isEqualTo(Duration.ofSeconds(10));
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "dflockdClient", "dflockd-client"})
    void nameOfTheDefaultClientIsRefused(String name) {
        runner.withPropertyValues("dflockd.clients." + name + ".servers=127.0.0.1:1")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("dflockd.clients." + name)
                        .hasStackTraceContaining("name of the default client"));
    }
}
