package io.dflockd.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tokens as files and environment variables really have them. */
@ExtendWith(OutputCaptureExtension.class)
class AuthTokenTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(DflockdAutoConfiguration.class));

    private EmbeddedDflockdServer server;

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedDflockdServer.builder().authToken("sesame").start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uFEFFsesame", "\uFEFFsesame\r\n", "sesame\n\n", "  sesame\t"})
    void fileMayHaveAByteOrderMarkAndWhiteSpaceAtItsEnds(String content, @TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), content);
        runner.withPropertyValues("dflockd.servers=" + server.address(), "dflockd.auth-token-file=" + file)
                .run(context -> assertLocks(context.getBean(DflockdClient.class)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sesame\n", "sesame\r\n", " sesame ", "\uFEFFsesame"})
    void environmentVariableMayHaveWhiteSpaceAtItsEnds(String value) {
        runner.withInitializer(EnvironmentVariables.of("DFLOCKD_AUTH_TOKEN", value))
                .withPropertyValues("dflockd.servers=" + server.address())
                .run(context -> assertLocks(context.getBean(DflockdClient.class)));
        runner.withInitializer(EnvironmentVariables.of("DFLOCKD_AUTH_TOKEN", value))
                .withPropertyValues("dflockd.embedded.enabled=true")
                .run(context -> assertLocks(context.getBean(DflockdClient.class)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"very\nsecret", "very\rsecret", "very\ud800secret"})
    void tokenThatCannotBeSentFailsTheStartAndIsNotShown(String token, CapturedOutput output) {
        assertThat(output(output, "--dflockd.auth-token=" + token))
                .contains("APPLICATION FAILED TO START")
                .contains("dflockd.auth-token")
                .contains("auth token contains")
                .doesNotContain("very")
                .doesNotContain("secret");
    }

    @Test
    void fileWithTwoLinesFailsTheStartAndIsNotShown(@TempDir Path folder, CapturedOutput output) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "very\nsecret\n");
        assertThat(output(
                        output,
                        "--dflockd.clients.reports.servers=x:1",
                        "--dflockd.clients.reports.auth-token-file=" + file))
                .contains("APPLICATION FAILED TO START")
                .contains("dflockd.clients.reports.auth-token-file")
                .contains("line break")
                .doesNotContain("secret");
    }

    private static CapturedOutput output(CapturedOutput output, String... arguments) {
        try {
            new SpringApplicationBuilder(StartFailureTests.Application.class)
                    .web(WebApplicationType.NONE)
                    .run(arguments)
                    .close();
        } catch (RuntimeException ex) {
            assertThat(ex).hasStackTraceContaining("auth token");
            return output;
        }
        throw new AssertionError("started: " + output);
    }

    private static void assertLocks(DflockdClient client) throws InterruptedException {
        try (LockHandle held = client.lock("k").acquire()) {
            assertThat(held.isHeld()).isTrue();
        }
    }
}
