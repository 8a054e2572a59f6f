package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Durations that overflow a clock of nanoseconds are refused by the setter that takes them. */
class DurationRuleTests {

    private static final Duration TOO_LONG = Duration.ofDays(365L * 300);

    private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE);

    private static Arguments setter(String name, BiConsumer<DflockdClientBuilder, Duration> setter) {
        return Arguments.of(name, setter);
    }

    static Stream<Arguments> setters() {
        return Stream.of(
                setter("connectTimeout", DflockdClientBuilder::connectTimeout),
                setter("requestTimeout", DflockdClientBuilder::requestTimeout),
                setter("acquireTimeout", DflockdClientBuilder::acquireTimeout),
                setter("lease", DflockdClientBuilder::lease),
                setter("keepAliveInterval", DflockdClientBuilder::keepAliveInterval),
                setter("serverReadTimeout", DflockdClientBuilder::serverReadTimeout),
                setter("waitConnectionIdle", DflockdClientBuilder::waitConnectionIdle),
                setter("queuedPlaceMaxLife", DflockdClientBuilder::queuedPlaceMaxLife));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("setters")
    void tooLongADurationIsRefused(String name, BiConsumer<DflockdClientBuilder, Duration> setter) {
        for (Duration value : new Duration[] {TOO_LONG, LONGEST}) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> setter.accept(DflockdClient.builder(), value))
                    .withMessageContaining(value.toString());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("setters")
    void nullAndNegativeDurationsAreRefused(String name, BiConsumer<DflockdClientBuilder, Duration> setter) {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> setter.accept(DflockdClient.builder(), Duration.ofSeconds(-1)))
                .withMessageContaining("PT-1S");
        if (!name.equals("lease")) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> setter.accept(DflockdClient.builder(), null))
                    .withMessageContaining("null");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("setters")
    void durationOfAYearIsTaken(String name, BiConsumer<DflockdClientBuilder, Duration> setter) {
        assertThatCode(() -> setter.accept(DflockdClient.builder(), Duration.ofDays(365)))
                .doesNotThrowAnyException();
    }
}
