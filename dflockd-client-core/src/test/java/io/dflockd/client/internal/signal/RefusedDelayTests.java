package io.dflockd.client.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusedDelayTests {

    @ParameterizedTest
    @CsvSource({
        "LIMIT, 0, 5",
        "LIMIT, 1, 10",
        "LIMIT, 5, 160",
        "LIMIT, 6, 300",
        "LIMIT, 1000000, 300",
        "UNSUPPORTED, 0, 60",
        "UNSUPPORTED, 4, 600",
    })
    void growsUpToALimit(RefusedDelay delay, int refusals, long seconds) {
        for (int i = 0; i < 100; i++) {
            long most = TimeUnit.SECONDS.toNanos(seconds);
            assertThat(delay.nanos(refusals)).isBetween(most - most / 5, most);
        }
    }
}
