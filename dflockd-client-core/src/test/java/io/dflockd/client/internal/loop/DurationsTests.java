package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTests {

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0",
        "PT0.000000001S, 1",
        "PT2.5S, 2500000000",
        "PT-0.000000001S, 0",
        "PT-2562047788015215H, 0",
        "P10000D, 864000000000000000",
        "P10001D, 864000000000000000",
        "PT2562047788015215H, 864000000000000000"
    })
    void nanosecondsAreNeitherNegativeNorTooMany(Duration duration, long nanos) {
        assertThat(Durations.nanos(duration)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @CsvSource({"PT2562047788015215H", "PT9223372036854775807.999999999S"})
    void longestOnesCanBeAddedWithoutOverflow(Duration longest) {
        long now = TimeUnit.DAYS.toNanos(365 * 30);
        assertThat(now + Durations.nanos(longest) + Durations.nanos(longest) - now)
                .isPositive();
    }
}
