package io.dflockd.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command runs, with the least amounts, and prints what it is for. No figure is judged. */
@Timeout(300)
class DriverSmokeTests {

    @ParameterizedTest
    @ValueSource(strings = {"own-key", "one-key", "async", "bare-loop", "bare-loop-async"})
    void loadRunsAMode(String mode) throws Exception {
        String text =
                run("load --workers 4 --rounds 20 --in-flight 4 --keys 2 --warmup 0 --repeat 1 --against bare --mode "
                        + mode);

        assertThat(text).contains("80 ops").contains("median " + mode).contains(": throughput x ");
    }

    @Test
    void loadRunsAgainstThePlainStandIn() throws Exception {
        assertThat(run("load --server plain --workers 2 --rounds 20 --warmup 0 --mode one-key --against bare"))
                .contains("40 ops");
    }

    @Test
    void budgetsRun() throws Exception {
        assertThat(run("budgets --pairs 400 --repeat 1")).contains("| 128 in flight | floor |");
    }

    @Test
    void handoverRuns() throws Exception {
        assertThat(run("handover --rounds 5 --waiters 4 --repeat 1"))
                .contains("client / bare")
                .contains("in the order of the queue: true");
    }

    @Test
    void heldRuns() throws Exception {
        assertThat(run("held --locks 50 --seconds 1")).contains("50 locks held").contains("0 lost");
    }

    @Test
    void idleRuns() throws Exception {
        assertThat(run("idle --seconds 1 --settle 0")).contains("dflockd-loop");
    }

    @Test
    void signalsRun() throws Exception {
        assertThat(run("signals --rounds 100 --repeat 1"))
                .contains("client one at a time")
                .contains("100 ops");
    }

    @Test
    void growDraws(@TempDir Path folder) throws Exception {
        String text = run("grow --pairs 100 --repeat 1 --seconds 1 --workers 1,2 --depths 1,2 --keys 1,2 --locks 10,20"
                + " --out " + folder);

        assertThat(text).contains("| 2, platform threads |");
        try (Stream<Path> images = Files.list(folder)) {
            assertThat(images)
                    .hasSize(6)
                    .allSatisfy(
                            image -> assertThat(ImageIO.read(image.toFile())).isNotNull());
        }
    }

    @Test
    void startupRuns() throws Exception {
        assertThat(run("startup --repeat 1")).contains("connections opened by the start: 0");
    }

    @Test
    void jmhKnowsItsBenchmarks() throws Exception {
        // JMH prints to the standard output of the process; that it finds the benchmark and runs it is what counts.
        run("jmh -f 0 -wi 0 -i 1 -r 10ms -foe true (CodecBenchmark.checkKey|AnnotationBenchmark.byProperty)");
    }

    @Test
    void unknownOptionsAndCommandsAreRefused() {
        assertThatThrownBy(() -> run("load --wrokers 4")).hasMessageContaining("--wrokers");
        assertThatThrownBy(() -> run("laod")).hasMessageContaining("laod");
    }

    private static String run(String commandLine) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>(List.of(commandLine.split(" ", -1)));
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            Main.run(arguments, out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
