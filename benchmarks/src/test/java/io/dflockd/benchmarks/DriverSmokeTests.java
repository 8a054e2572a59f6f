package io.dflockd.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.embedded.EmbeddedDflockdServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command runs, with small amounts, and prints its figures. No figure is judged. */
@Timeout(300)
class DriverSmokeTests {

    @ParameterizedTest
    @ValueSource(strings = {"own-key", "one-key", "async", "bare-loop", "bare-loop-one-key", "bare-loop-async"})
    void loadRunsAMode(String mode) throws Exception {
        String text =
                run("load --workers 4 --rounds 20 --in-flight 4 --keys 2 --warmup 0 --repeat 1 --against bare --mode "
                        + mode);

        assertThat(text).contains("80 ops").contains("median " + mode).contains(": throughput x ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "plain"})
    void budgetsRun(String server) throws Exception {
        assertThat(run("budgets --pairs 400 --repeat 1 --server " + server)).contains("| 128 in flight | floor |");
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "plain"})
    void handoverRuns(String server) throws Exception {
        assertThat(run("handover --rounds 5 --waiters 4 --repeat 1 --server " + server))
                .contains("client / bare")
                .contains("in the order of the queue: true")
                .doesNotContain("uncounted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "plain"})
    void heldRuns(String server) throws Exception {
        assertThat(run("held --locks 50 --seconds 1 --server " + server))
                .contains("50 locks held")
                .contains("0 lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "plain"})
    void idleRuns(String server) throws Exception {
        assertThat(run("idle --seconds 1 --settle 0 --server " + server)).contains("dflockd-loop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "plain"})
    void signalsRun(String server) throws Exception {
        assertThat(run("signals --rounds 100 --repeat 1 --server " + server))
                .contains("client one at a time")
                .contains("client 32 on their way")
                .contains("100 ops");
    }

    @Test
    void growPrintsRows() throws Exception {
        String text =
                run("grow --pairs 100 --repeat 1 --seconds 1 --workers 1,2 --depths 1,2 --keys 1,2 --locks 10,20");

        List<String> lines = text.lines().toList();
        assertThat(lines).anyMatch(line -> line.startsWith("platform,2,")).anyMatch(line -> line.startsWith("20,"));
        assertThat(lines.stream().filter(line -> line.contains("client_p50"))).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "plain"})
    void stripesAreMeasured(String server) throws Exception {
        assertThat(run("stripes --connections 1,2 --in-flight 8 --rounds 20 --warmup 0 --repeat 1 --server " + server))
                .contains("| bare, 2 connections |")
                .contains("| client, 2 connections, 1 loop |")
                .contains("| client, 2 connections, 2 loops |")
                .doesNotContain("NaN");
    }

    @Test
    void stripesAreSimulated() throws Exception {
        assertThat(run("stripes --costs 5000,1000,1000 --processors 1,4 --connections 1,4 --loops 1,2 --pairs 1000"))
                .contains("| connections, loops | 1 processor | 4 processors |")
                .contains("| 4, 2 |");
    }

    @Test
    void serversOutsideAreUsed() throws Exception {
        try (EmbeddedDflockdServer server =
                EmbeddedDflockdServer.builder().port(0).build().start()) {
            assertThat(run("held --locks 5 --seconds 1 --servers " + server.address()))
                    .contains("uncounted renewals/s")
                    .contains("0 lost");
            assertThat(server.view().commandCounts().get("l")).isGreaterThanOrEqualTo(5);
        }
    }

    @Test
    void aCommandStartsTheServer() throws Exception {
        assertThat(run(
                        "handover --rounds 5 --waiters 4 --repeat 1",
                        "--server-command",
                        serve("--server plain --port {port}")))
                .contains("in the order of the queue: true")
                .contains("uncounted requests");
    }

    @Test
    void aServerThatDoesNotStartIsToldAtOnce() {
        assertThatThrownBy(() -> run("idle", "--server-command", serve("--server none --port {port}")))
                .hasMessageContaining("ended with status 2")
                .hasMessageContaining("--server none");
    }

    @Test
    void startupRuns() throws Exception {
        assertThat(run("startup --repeat 1")).contains("connections opened by the start: 0");
    }

    @Test
    void jmhKnowsItsBenchmarks() throws Exception {
        // JMH prints to the standard output of the process: the test is that it finds and runs the benchmarks.
        run("jmh -f 0 -wi 0 -i 1 -r 10ms -foe true (CodecBenchmark.checkKey|AnnotationBenchmark.byProperty)");
    }

    @Test
    void unknownOptionsAndCommandsAreRefused() {
        assertThatThrownBy(() -> run("load --wrokers 4")).hasMessageContaining("--wrokers");
        assertThatThrownBy(() -> run("laod")).hasMessageContaining("laod");
        assertThatThrownBy(() -> run("stripes --costs 1,2")).hasMessageContaining("'1,2'");
        assertThatThrownBy(() -> run("idle --server palin")).hasMessageContaining("palin");
        assertThatThrownBy(() -> run("idle --server plain --servers localhost:6388"))
                .hasMessageContaining("one of --servers");
        assertThatThrownBy(() -> run("idle", "--server-command", "dflockd --port 6388"))
                .hasMessageContaining("{port}");
    }

    private static String serve(String options) {
        return String.join(
                " ",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                options);
    }

    private static String run(String commandLine, String... more) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>(List.of(commandLine.split(" ", -1)));
        arguments.addAll(List.of(more));
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            Main.run(arguments, out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
