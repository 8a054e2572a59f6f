package io.dflockd.reliability.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.reliability.Main;
import io.dflockd.reliability.check.Report;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A short run with all failures against the embedded server of each generation. */
@Timeout(180)
class RunTests {

    @ParameterizedTest
    @ValueSource(strings = {"g1", "g2"})
    void everyPromiseIsKept(String generation, @TempDir Path folder) throws Exception {
        Report report = new Run(
                        new Settings(Duration.ofSeconds(15), 1, 2, 3, 4, 3, 2, Main.embedded(generation), folder))
                .run();
        System.out.print(report.table());
        assertThat(report.violations()).isEmpty();
        assertThat(report.holds()).isPositive();
        assertThat(report.faults()).isNotEmpty();
    }
}
