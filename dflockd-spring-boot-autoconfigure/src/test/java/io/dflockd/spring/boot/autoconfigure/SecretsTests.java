package io.dflockd.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.boot.autoconfigure.actuate.DflockdSanitizingAutoConfiguration;
import io.dflockd.spring.lock.LockTemplate;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.actuate.autoconfigure.context.properties.ConfigurationPropertiesReportEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.env.EnvironmentEndpointAutoConfiguration;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.env.EnvironmentEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.json.JsonMapper;

/** Tokens are printed nowhere. */
@ExtendWith(OutputCaptureExtension.class)
class SecretsTests {

    private static final String SECRET = "opensesame4711";

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DflockdAutoConfiguration.class,
                    DflockdLockAutoConfiguration.class,
                    DflockdSanitizingAutoConfiguration.class,
                    ConfigurationPropertiesReportEndpointAutoConfiguration.class,
                    EnvironmentEndpointAutoConfiguration.class))
            .withPropertyValues(
                    "dflockd.embedded.enabled=true",
                    "dflockd.auth-token=" + SECRET,
                    "dflockd.clients.reports.servers=127.0.0.1:1",
                    "dflockd.clients.reports.auth-token=" + SECRET,
                    "DFLOCKD_CLIENTS_ARCHIVE_AUTH_TOKEN=" + SECRET,
                    "management.endpoints.web.exposure.include=*",
                    "management.endpoint.configprops.show-values=always",
                    "management.endpoint.env.show-values=always");

    @Test
    void endpointsThatShowAllValuesShowNoToken() {
        runner.run(context -> {
            JsonMapper json = JsonMapper.builder().build();
            String properties = json.writeValueAsString(
                    context.getBean(ConfigurationPropertiesReportEndpoint.class).configurationProperties());
            String environment = json.writeValueAsString(
                    context.getBean(EnvironmentEndpoint.class).environment(null));
            assertThat(properties).contains("acquireTimeout").doesNotContain(SECRET);
            assertThat(environment).contains("dflockd.auth-token").doesNotContain(SECRET);
        });
    }

    @Test
    void logTextsAndExceptionsContainNoToken(CapturedOutput output) {
        LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
        logging.setLogLevel("io.dflockd", LogLevel.TRACE);
        try {
            runner.run(context -> {
                String token;
                DflockdClient client = context.getBean(DflockdClient.class);
                try (LockHandle held = client.lock("k").acquire()) {
                    token = held.token();
                    assertThat(held.toString()
                                    + client
                                    + context.getBean(DflockdProperties.class)
                                    + context.getBean(DflockdConnectionDetails.class)
                                    + context.getBean(LockTemplate.class)
                                    + client.snapshot())
                            .doesNotContain(SECRET)
                            .doesNotContain(token);
                }
                EmbeddedDflockdServer server = context.getBean(EmbeddedDflockdServer.class);
                try (DflockdClient wrong = DflockdClient.builder()
                        .servers(server.address())
                        .authToken("wrong" + SECRET)
                        .build()) {
                    assertThat(wrong.lock("k").tryAcquireAsync())
                            .failsWithin(Duration.ofSeconds(10))
                            .withThrowableThat()
                            .satisfies(failure -> assertThat(failure).hasStackTraceContaining("auth"))
                            .satisfies(
                                    failure -> assertThat(stackTrace(failure)).doesNotContain(SECRET));
                }
            });
        } finally {
            logging.setLogLevel("io.dflockd", null);
        }
        assertThat(output).doesNotContain(SECRET);
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
