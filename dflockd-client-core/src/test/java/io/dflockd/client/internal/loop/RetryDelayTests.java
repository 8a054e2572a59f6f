package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryDelayTests {

    @ParameterizedTest
    @CsvSource({
        "DIAL, 0, 50",
        "DIAL, 1, 100",
        "DIAL, 5, 1600",
        "DIAL, 6, 2000",
        "DIAL, 100, 2000",
        "DIAL, 2147483647, 2000",
        "ACQUIRE, 0, 0",
        "ACQUIRE, 1, 40",
        "ACQUIRE, 2, 80",
        "ACQUIRE, 7, 2560",
        "ACQUIRE, 2147483647, 2560",
        "REDIAL, 0, 0",
        "REDIAL, 1, 40",
        "REDIAL, 6, 1280",
        "REDIAL, 7, 2000",
        "LISTEN_REFUSED, 0, 5000",
        "LISTEN_REFUSED, 1, 10000",
        "LISTEN_REFUSED, 5, 160000",
        "LISTEN_REFUSED, 6, 300000",
        "LISTEN_REFUSED, 1000000, 300000",
        "LISTEN_UNSUPPORTED, 0, 60000",
        "LISTEN_UNSUPPORTED, 4, 600000",
        "BY_TOKEN, 0, 50",
        "BY_TOKEN, 10, 2000",
        "HANDLER, 0, 100",
        "HANDLER, 9, 100"
    })
    void doublesUpToItsLimitAndIsUpToAFifthShorter(RetryDelay delay, int failures, long longestMillis) {
        long longest = TimeUnit.MILLISECONDS.toNanos(longestMillis);
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            long nanos = delay.nanos(failures);
            assertThat(nanos).isBetween(longest - longest / 5, longest);
            seen.add(nanos);
        }
        if (longest > 0) {
            assertThat(seen).as("spread out").hasSizeGreaterThan(100);
        }
    }

    @Test
    void severalRenewalsFitBeforeTheDeadline() {
        assertThat(RetryDelay.ofRenewal(TimeUnit.SECONDS.toNanos(8))).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        assertThat(RetryDelay.ofRenewal(TimeUnit.MILLISECONDS.toNanos(100)))
                .isEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(RetryDelay.ofRenewal(-5)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    }
}
