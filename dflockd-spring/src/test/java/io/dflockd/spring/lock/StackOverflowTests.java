package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A guarded call that runs out of stack leaves nothing, observed or not: no lock, no context on its thread, no observation and
 * no open future.
 */
@Timeout(150)
class StackOverflowTests {

    @RegisterExtension
    final LockServer locks = new LockServer();

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(DeepCalls.Form.class)
    void callWithoutStackLeavesNothingBehind(DeepCalls.Form form) throws Exception {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        // Few collections: a handle that is garbage is released too, but late.
                        "-Xmx192m",
                        "-Xmn128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeepCalls.class.getName(),
                        locks.server().address(),
                        form.name())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended;
        try {
            ended = process.waitFor(120, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(output, StandardCharsets.UTF_8).lines())
                .filteredOn(line -> !line.contains("WARN") && !line.contains("INFO"))
                .containsExactly(
                        "plain has enough stack for some true, not for others true",
                        "plain contexts left 0, scopes left 0",
                        "observed has enough stack for some true, not for others true",
                        "observed contexts left 0, scopes left 0",
                        "plain ends true",
                        "observed ends true",
                        "plain waits for a collection for few true",
                        "plain locks left 0",
                        "observed waits for a collection for few true",
                        "observed locks left 0",
                        "plain observations left 0",
                        "observed observations left 0");
        assertThat(ended).as("ended").isTrue();
    }
}
