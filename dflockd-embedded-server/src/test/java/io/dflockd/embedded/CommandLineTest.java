package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.embedded.cli.CommandLine;
import io.dflockd.embedded.cli.Flag;
import io.dflockd.embedded.cli.UsageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest extends ServerTest {

    private static CommandLine parse(Map<String, String> environment, String... arguments) throws Exception {
        return CommandLine.parse(List.of(arguments), environment);
    }

    private static EmbeddedDflockdServerBuilder builder(Map<String, String> environment, String... arguments)
            throws Exception {
        return EmbeddedServerMain.builder(parse(environment, arguments));
    }

    private Wire client(CommandLine line) throws Exception {
        return connect(start(EmbeddedServerMain.builder(line).port(0)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--default-lease-ttl 7", "--default-lease-ttl=7", "-default-lease-ttl 7"})
    void flagsMayBeWrittenInSeveralWays(String arguments) throws Exception {
        assertThat(client(parse(Map.of(), arguments.split(" "))).ask("l", "k", "0"))
                .endsWith(" 7 1");
    }

    @Test
    void aFlagWinsOverTheEnvironmentWhichWinsOverTheDefault() throws Exception {
        Map<String, String> environment =
                Map.of("DFLOCKD_DEFAULT_LEASE_TTL_S", "8", "DFLOCKD_GENERATION", "g1", "DFLOCKD_MAX_LOCKS", "");
        assertThat(client(parse(environment)).ask("l", "k", "0")).matches("ok [0-9a-f]{32} 8");
        assertThat(client(parse(environment, "--default-lease-ttl", "9", "--generation", "g2"))
                        .ask("l", "k", "0"))
                .matches("ok [0-9a-f]{32} 9 1");
        assertThat(client(parse(Map.of())).ask("l", "k", "0")).matches("ok [0-9a-f]{32} 33 1");
    }

    @Test
    void theTokenOfTheEnvironmentWinsThenTheFlagThenTheFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), "from-file\n");
        Map<String, String> environment = Map.of("DFLOCKD_AUTH_TOKEN", "from-env");
        assertThat(client(parse(environment, "--auth-token", "from-flag")).ask("auth", "_", "from-env"))
                .isEqualTo("ok");
        assertThat(client(parse(Map.of(), "--auth-token", "from-flag", "--auth-token-file", file.toString()))
                        .ask("auth", "_", "from-flag"))
                .isEqualTo("ok");
        assertThat(client(parse(Map.of("DFLOCKD_AUTH_TOKEN_FILE", file.toString())))
                        .ask("auth", "_", "from-file"))
                .isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret\n", "\ufeffsecret", "\ufeff secret\r\n", "\u00a0secret\t"})
    void whatEditorsAddToATokenFileIsNotPartOfTheToken(String content, @TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), content);
        assertThat(client(parse(Map.of(), "--auth-token-file", file.toString())).ask("auth", "_", "secret"))
                .isEqualTo("ok");
    }

    @Test
    void whiteSpaceAroundATokenIsNotPartOfIt() throws Exception {
        assertThat(client(parse(Map.of("DFLOCKD_AUTH_TOKEN", "secret\n"))).ask("auth", "_", "secret"))
                .isEqualTo("ok");
        assertThat(client(parse(Map.of(), "--auth-token", " secret ")).ask("auth", "_", "secret"))
                .isEqualTo("ok");
    }

    @Test
    void aTokenFileThatIsNotUtf8IsRefused(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), "\ufeffsecret", StandardCharsets.UTF_16LE);
        assertThatThrownBy(() -> builder(Map.of("DFLOCKD_AUTH_TOKEN_FILE", file.toString())))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("DFLOCKD_AUTH_TOKEN_FILE")
                .hasMessageContaining("save it as UTF-8");
    }

    @Test
    void switchesNeedNoValue() throws Exception {
        assertThat(parse(Map.of(), "--debug").isOn(Flag.DEBUG)).isTrue();
        assertThat(parse(Map.of(), "--debug=false").isOn(Flag.DEBUG)).isFalse();
        assertThat(parse(Map.of("DFLOCKD_DEBUG", "1")).isOn(Flag.DEBUG)).isTrue();
        assertThat(parse(Map.of(), "--help").asksForHelp()).isTrue();
        assertThat(parse(Map.of(), "--version").asksForVersion()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "DFLOCKD_GC_LOOP_SLEEP, DFLOCKD_GC_MAX_UNUSED_TIME",
        "DFLOCKD_GC_INTERVAL_S, DFLOCKD_GC_MAX_IDLE_S",
    })
    void theVariablesOfTheCollectionHaveTwoNames(String interval, String idle) throws Exception {
        assertThatThrownBy(() -> builder(Map.of(interval, "x")))
                .hasMessage(interval + " must be a number of whole seconds, not 'x'");
        assertThatThrownBy(() -> builder(Map.of(idle, "0"))).hasMessageContaining("gc max idle");
        builder(Map.of(interval, "0", idle, "0"), "--gc-interval=1", "--gc-max-idle=1");
    }

    @Test
    void anEmptyTokenFileDoesNotLeaveTheServerOpen(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), "\ufeff \n");
        assertThatThrownBy(() -> builder(Map.of(), "--auth-token-file", file.toString()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no token in --auth-token-file");
    }

    @Test
    void autoReleaseCanBeSwitchedOff() throws Exception {
        for (String flag : List.of("--auto-release-on-disconnect=false", "-auto-release-on-disconnect=0")) {
            EmbeddedDflockdServer server = start(builder(Map.of(), flag).port(0));
            Wire a = connect(server);
            a.ask("l", "k", "0");
            a.close();
            server.await(v -> v.connections().isEmpty(), SOON);
            assertThat(server.view().holders("k")).hasSize(1);
        }
    }

    @Test
    void limitsReachTheServer() throws Exception {
        Wire a = client(parse(Map.of("DFLOCKD_MAX_SUBSCRIPTIONS", "1"), "--max-locks", "1"));
        assertThat(a.ask("l", "a", "0")).startsWith("ok ");
        assertThat(a.ask("l", "b", "0")).isEqualTo("error_max_locks");
        assertThat(a.ask("listen", "a", "")).isEqualTo("ok");
        assertThat(a.ask("listen", "b", "")).isEqualTo("error");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nonsense 1",
                "--port",
                "port",
                "--port x",
                "--port 70000",
                "--gc-max-idle 0",
                "--read-timeout 1.5",
                "--read-timeout 0",
                "--max-waiters -1",
                "--host=",
                "--host=[]",
                "--auth-token=\u00a0",
                "--auto-release-on-disconnect=maybe",
                "--generation g4",
                "--max-connections-per-ip 1",
                "--fence-state-file fences",
                "--generation g1 --max-subscriptions 1",
                "--generation g2 --http-port 0",
                "--generation g3 --max-subscriptions 1",
                "--generation g3 --http-port 8080",
                "--generation g3 --raft-dir raft",
                "--generation g3 --max-connections-per-ip -1",
                "--tls-cert cert.pem",
                "--tls-cert none.pem --tls-key none.pem",
                "--auth-token-file nowhere.txt"
            })
    void nonsenseIsRefused(String arguments) {
        assertThatThrownBy(() -> builder(Map.of(), arguments.split(" ")))
                .isInstanceOf(UsageException.class)
                .hasMessageNotContaining("null");
    }

    @Test
    void theThirdGenerationHasFlagsOfItsOwn(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("fences");
        String flags = "--generation g3 --max-connections-per-ip 1 --gc-max-idle 0 --http-port 0 --http-host localhost"
                + " --fence-state-file " + file;
        EmbeddedDflockdServer server = start(builder(Map.of(), flags.split(" ")).port(0));
        assertThat(connect(server).ask("ping", "", "")).isEqualTo("ok");
        assertThat(file).exists();
        try (Wire second = Wire.to(server)) {
            second.expectEnd(Wire.PATIENCE_MILLIS);
        }
    }

    @Test
    void variablesThatAGenerationDoesNotHaveAreIgnored() throws Exception {
        Map<String, String> environment = Map.of(
                "DFLOCKD_FENCE_STATE_FILE", "fences",
                "DFLOCKD_MAX_CONNECTIONS_PER_IP", "x",
                "DFLOCKD_MAX_SUBSCRIPTIONS", "x",
                "DFLOCKD_HTTP_PORT", "x");
        assertThat(connect(start(builder(environment, "--generation", "g1").port(0)))
                        .ask("ping", "", ""))
                .isEqualTo("error");
    }

    @Test
    void inTheThirdGenerationFlagsGoBeforeTheTokenOfTheEnvironment(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), "from-file\n");
        Map<String, String> environment =
                Map.of("DFLOCKD_GENERATION", "g3", "DFLOCKD_AUTH_TOKEN", "from-env", "DFLOCKD_AUTH_TOKEN_FILE", "none");
        String fileFlag = "--auth-token-file=" + file;
        assertThat(client(parse(environment, "--auth-token", "from-flag", fileFlag))
                        .ask("auth", "_", "from-flag"))
                .isEqualTo("ok");
        assertThat(client(parse(environment, fileFlag)).ask("auth", "_", "from-file"))
                .isEqualTo("ok");
        assertThat(client(parse(environment)).ask("auth", "_", "from-env")).isEqualTo("ok");
    }

    @Test
    void theUsageNamesEveryFlagAndVariable() {
        assertThat(Flag.usage())
                .contains("--port", "6388", "--gc-max-idle", "DFLOCKD_READ_TIMEOUT_S", "--generation", "development")
                .contains("--auto-release-on-disconnect", "DFLOCKD_AUTO_RELEASE_ON_DISCONNECT", "DFLOCKD_TLS_CERT");
    }
}
