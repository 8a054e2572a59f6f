package io.dflockd.reliability.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dflockd.reliability.check.Report;
import io.dflockd.reliability.process.Namespace;
import io.dflockd.reliability.process.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A short run of each kind against the embedded server of each generation. */
@Timeout(240)
class RunTests {

    @ParameterizedTest
    @CsvSource({"g1,RELAY", "g2,KEEP", "g3,PACKETS"})
    void everyPromiseIsKept(String generation, Mode mode, @TempDir Path folder) throws Exception {
        assumeTrue(mode != Mode.PACKETS || Namespace.obstacle().isEmpty(), "no network namespaces");
        boolean isG3 = generation.equals("g3");
        Report report = new Phase(new Settings(
                        mode.name(),
                        Duration.ofSeconds(15),
                        1,
                        2,
                        3,
                        4,
                        3,
                        2,
                        isG3,
                        isG3,
                        List.of(Processes.currentJava()),
                        Plan.embedded(generation, mode.name()),
                        folder))
                .run();
        System.out.print(report.table());
        assertThat(report.violations()).isEmpty();
        assertThat(report.count("holds of locks")).isPositive();
        assertThat(report.count("holds of semaphores")).isPositive();
        assertThat(report.count("clients closed")).isEqualTo(3);
        assertThat(report.counts().keySet()).anyMatch(what -> what.startsWith("failure"));
    }
}
