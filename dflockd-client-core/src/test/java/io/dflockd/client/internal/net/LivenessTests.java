package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LivenessTests {

    /** In milliseconds: the two settings, and what follows from them. */
    @ParameterizedTest
    @CsvSource({
        "7000, 23000, 15000, 22000",
        "2000, 5000, 2750, 4750",
        "1000, 2000, 900, 1900",
        "500, 1000, 400, 900",
        "10000, 20000, 9000, 19000",
        "150000, 300000, 15000, 299000",
        "1, 1000, 899, 900",
        "4750, 5000, 1187.5, 4750"
    })
    void timesFollowFromTheTwoSettings(long keepAlive, long readTimeout, double deadAfter, long silence) {
        assertThat(Liveness.of(Duration.ofMillis(keepAlive), Duration.ofMillis(readTimeout)))
                .isEqualTo(new Liveness(keepAlive * 1_000_000, (long) (deadAfter * 1_000_000), silence * 1_000_000));
    }

    @ParameterizedTest
    @CsvSource({"7000, 23000", "500, 1000", "11500, 23000", "1, 1000", "2000, 5000"})
    void deadConnectionIsFoundBeforeItsServerGivesUp(long keepAlive, long readTimeout) {
        Liveness liveness = Liveness.of(Duration.ofMillis(keepAlive), Duration.ofMillis(readTimeout));
        assertThat(liveness.silenceNanos())
                .isLessThan(Duration.ofMillis(readTimeout).toNanos());
        assertThat(liveness.keepAliveNanos() + liveness.deadAfterNanos()).isLessThanOrEqualTo(liveness.silenceNanos());
    }
}
