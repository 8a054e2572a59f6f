package io.dflockd.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dflockd.benchmarks.measure.Options;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The comparison runs with small amounts. No figure is judged. */
@Timeout(300)
class CompareSmokeTests {

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "plain"})
    void everyLibraryIsAsked(String server) throws Exception {
        assumeTrue(isOnPath("redis-server"), "redis-server is not installed");
        String options = "--rounds 10 --workers 2 --turns 3 --waiters 4 --repeat 1 --settle 0 --server " + server;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Main.run(new Options(List.of(options.split(" ", -1))), new PrintStream(bytes, true, StandardCharsets.UTF_8));

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("| hand-over | dflockd |")
                .contains("| hand-over | Redisson RLock |")
                .contains("| 4 waiters | RedisLockRegistry PUB_SUB_LOCK |");
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
