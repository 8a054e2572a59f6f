package io.dflockd.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the jcstress tests of this module in a JVM of their own, for less than a minute. */
class StressTests {

    @Test
    @Timeout(300)
    void noForbiddenOutcome(@TempDir Path results) throws IOException, InterruptedException {
        Path output = results.resolve("output.txt");
        Process jcstress = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.openjdk.jcstress.Main",
                        "-m",
                        "quick",
                        "-sc",
                        "false",
                        "-time",
                        "500",
                        "-iters",
                        "4",
                        // One JVM configuration, instead of all combinations of compilers.
                        "-jvmArgs",
                        "-Xmx256m",
                        "-r",
                        results.toString()))
                .directory(results.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(jcstress.waitFor(240, TimeUnit.SECONDS)).isTrue();
        } finally {
            jcstress.destroyForcibly();
        }
        assertThat(output).content().contains("Failed tests: No matches.", "Error tests: No matches.");
        assertThat(jcstress.exitValue()).isZero();
    }
}
