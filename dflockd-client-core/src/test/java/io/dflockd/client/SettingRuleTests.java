package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each setter of the builder refuses what is out of its range, at once, and names setting and value. */
class SettingRuleTests {

    private static final Duration YEAR = Duration.ofDays(366);

    private interface Durations {
        DflockdClientBuilder set(DflockdClientBuilder builder, Duration value);
    }

    private static Durations setter(Durations setter) {
        return setter;
    }

    /** Setting, the least that is allowed, the most that is allowed. */
    static Stream<Arguments> durations() {
        Duration nano = Duration.ofNanos(1);
        Duration longest = Duration.ofSeconds(FieldRules.MAX_SECONDS);
        return Stream.of(
                Arguments.of("connectTimeout", setter(DflockdClientBuilder::connectTimeout), nano, YEAR),
                Arguments.of("requestTimeout", setter(DflockdClientBuilder::requestTimeout), nano, YEAR),
                Arguments.of("keepAliveInterval", setter(DflockdClientBuilder::keepAliveInterval), nano, YEAR),
                Arguments.of(
                        "serverReadTimeout",
                        setter(DflockdClientBuilder::serverReadTimeout),
                        Duration.ofSeconds(1),
                        YEAR),
                Arguments.of(
                        "waitConnectionIdle", setter(DflockdClientBuilder::waitConnectionIdle), Duration.ZERO, YEAR),
                Arguments.of("queuedPlaceMaxLife", setter(DflockdClientBuilder::queuedPlaceMaxLife), nano, YEAR),
                Arguments.of("timeout", setter(DflockdClientBuilder::acquireTimeout), Duration.ZERO, longest),
                Arguments.of("lease", setter(DflockdClientBuilder::lease), nano, longest));
    }

    @ParameterizedTest(name = "{0} from {2} to {3}")
    @MethodSource("durations")
    void durationIsInItsRange(String name, Durations setter, Duration least, Duration most) {
        for (Duration allowed : new Duration[] {least, least.plusNanos(1), Duration.ofSeconds(7), most}) {
            assertThatNoException().isThrownBy(() -> setter.set(DflockdClient.builder(), allowed));
        }
        for (Duration refused : new Duration[] {
            least.minusNanos(1),
            most.plusNanos(1),
            Duration.ofDays(365 * 300),
            Duration.ofSeconds(Long.MAX_VALUE),
            Duration.ofSeconds(Long.MIN_VALUE)
        }) {
            if (refused.compareTo(least) >= 0 && refused.compareTo(most) <= 0) {
                continue;
            }
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .as("%s", refused)
                    .isThrownBy(() -> setter.set(DflockdClient.builder(), refused))
                    .withMessageContaining(name)
                    .withMessageContaining(refused.toString());
        }
    }

    private interface Numbers {
        DflockdClientBuilder set(DflockdClientBuilder builder, long value);
    }

    static Stream<Arguments> numbers() {
        return Stream.of(
                Arguments.of(
                        Named.<Numbers>of("maxWaitConnections", (b, v) -> b.maxWaitConnections((int) v)), 1L, (long)
                                Integer.MAX_VALUE),
                Arguments.of(
                        Named.<Numbers>of("maxStatsBytes", (b, v) -> b.maxStatsBytes(v)),
                        1024L,
                        Integer.MAX_VALUE - 8L),
                Arguments.of(Named.<Numbers>of("maxSignalPayload", (b, v) -> b.maxSignalPayload((int) v)), 1L, 65_530L),
                Arguments.of(Named.<Numbers>of("signalThreads", (b, v) -> b.signalThreads((int) v)), 1L, 32_767L));
    }

    @ParameterizedTest(name = "{0} from {1} to {2}")
    @MethodSource("numbers")
    void numberIsInItsRange(Numbers setter, long least, long most) {
        assertThatNoException().isThrownBy(() -> setter.set(DflockdClient.builder(), least));
        assertThatNoException().isThrownBy(() -> setter.set(DflockdClient.builder(), most));
        for (long refused : new long[] {least - 1, -1, Integer.MIN_VALUE}) {
            assertRefused(setter, refused);
        }
        if (most < Integer.MAX_VALUE) {
            assertRefused(setter, most + 1);
            assertRefused(setter, Integer.MAX_VALUE);
        }
    }

    private static void assertRefused(Numbers setter, long value) {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> setter.set(DflockdClient.builder(), value))
                .withMessageContaining(Long.toString(value));
    }

    private interface Setter {
        void set(DflockdClientBuilder builder);
    }

    private static Arguments setter(String parameter, Setter setter) {
        return Arguments.of(parameter, setter);
    }

    static Stream<Arguments> objects() {
        return Stream.of(
                setter("strategy", builder -> builder.sharding(null)),
                setter("supplier", builder -> builder.authToken((Supplier<String>) null)),
                setter("context", builder -> builder.sslContext((SSLContext) null)),
                setter("supplier", builder -> builder.sslContext((Supplier<SSLContext>) null)),
                setter("mode", builder -> builder.release(null)),
                setter("executor", builder -> builder.callbackExecutor(null)),
                setter("listener", builder -> builder.listener(null)),
                setter("routing", builder -> builder.signalRouting(null)));
    }

    /** A TLS context that is null would turn TLS off. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("objects")
    void objectIsNotNull(String parameter, Setter setter) {
        assertThatNullPointerException()
                .isThrownBy(() -> setter.set(DflockdClient.builder()))
                .withMessage(parameter + " must not be null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.test:6388", "A.Test", "[::1]:1"})
    void serverThatIsListedTwiceIsRefused(String server) {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().servers("a.test", "b.test", "[::1]:1", server))
                .withMessageContaining("contains a server twice");
    }

    @Test
    void refusedValueChangesNothing() {
        DflockdClientBuilder builder = DflockdClient.builder().servers("a:1");
        assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(() -> builder.servers("b:x"));
        try (DflockdClient client = builder.build()) {
            assertThat(client.servers()).containsExactly(new ServerAddress("a", 1));
        }
    }

    @Test
    void settingsThatJustFitEachOtherAreTaken() {
        DflockdClient.builder()
                .serverReadTimeout(Duration.ofSeconds(10))
                .keepAliveInterval(Duration.ofSeconds(5))
                .waitConnectionIdle(Duration.ofSeconds(10).minusNanos(1))
                .build()
                .close();
    }
}
