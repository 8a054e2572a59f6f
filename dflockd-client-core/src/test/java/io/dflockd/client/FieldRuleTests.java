package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that break a rule are refused by the verb or setter that takes them; the text names the value and the rule. */
class FieldRuleTests {
    /** Never used, so that it opens no connection. */
    private final DflockdClient client = DflockdClient.builder().build();

    @AfterEach
    void close() {
        client.close();
    }

    static Stream<Arguments> badKeys() {
        return Stream.of(
                Arguments.of(null, "null"),
                Arguments.of("", "empty"),
                Arguments.of(" ", "a space"),
                Arguments.of("a b", "'a b' contains a space at index 1"),
                Arguments.of(" a", "a space"),
                Arguments.of("a ", "a space"),
                Arguments.of("a\tb", "'a\\tb' contains a TAB"),
                Arguments.of("a\nb", "'a\\nb' contains a line break"),
                Arguments.of("a\rb", "'a\\rb' contains a line break"),
                Arguments.of("k\n0\nr\nother\ntoken", "a line break"),
                Arguments.of("x".repeat(257), "257 bytes"),
                Arguments.of("x".repeat(10_000), "10000 bytes"),
                Arguments.of("\u9375".repeat(86), "258 bytes"),
                Arguments.of("\uD83D\uDD12".repeat(65), "260 bytes"),
                Arguments.of("a\uD83D", "unpaired surrogate"),
                Arguments.of("\uDD12a", "unpaired surrogate"),
                Arguments.of("\uDD12\uD83D", "unpaired surrogate"));
    }

    @ParameterizedTest
    @MethodSource("badKeys")
    void badKeyIsRefused(String key, String text) {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.lock(key))
                .withMessageContaining(text)
                .withMessageContaining("key");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.semaphore(key, 2))
                .withMessageContaining(text);
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.serverFor(key))
                .withMessageContaining(text);
        assertThat(client.snapshot().connections()).as("connections").containsValue(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void limitBelowOneIsRefused(int limit) {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.semaphore("k", limit))
                .withMessageContaining("limit " + limit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT-0.001S", "PT9223372037S", "PT2562047788015215H"})
    void badLeaseIsRefused(String lease) {
        Duration value = Duration.parse(lease);
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.lock("k").withLease(value))
                .withMessageContaining("lease " + value);
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.semaphore("k", 2).withLease(value));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().lease(value).build());
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.lock("k").withLease(null));
    }

    @Test
    void badTimeoutIsRefused() {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.lock("k").withAcquireTimeout(Duration.ofSeconds(-1)))
                .withMessageContaining("PT-1S");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.lock("k").withAcquireTimeout(Duration.ofSeconds(9_223_372_037L)));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire(Duration.ofSeconds(9_223_372_037L)));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.lock("k").withAcquireTimeout(null));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().acquireTimeout(Duration.ofNanos(-1)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.5, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
    void badRenewRatioIsRefused(double ratio) {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.lock("k").withRenewRatio(ratio))
                .withMessageContaining("between 0 and 1");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.semaphore("k", 1).withRenewRatio(ratio));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().renewRatio(ratio));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "host:",
                "host:abc",
                "host:0",
                "host:65536",
                "host:-1",
                ":6388",
                "a:b:1",
                "::1",
                "[::1",
                "[::1]x",
                "[::1]:",
                "a b:1",
                "http://host:6388",
                "host:6388/path",
                "host:99999999999"
            })
    void malformedServerAddressIsRefusedAndShown(String address) {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().servers(address))
                .withMessageContaining("'" + address.trim())
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(":6388"));
    }

    @ParameterizedTest
    @CsvSource({
        "host, host, 6388",
        "host:1, host, 1",
        "10.0.0.1:65535, 10.0.0.1, 65535",
        "[::1], ::1, 6388",
        "[fe80::1%eth0]:7000, fe80::1%eth0, 7000",
        "' host:7 ', host, 7"
    })
    void serverAddressIsReadAndWrittenAgain(String text, String host, int port) {
        ServerAddress address = ServerAddress.parse(text);
        assertThat(address).isEqualTo(new ServerAddress(host, port));
        assertThat(ServerAddress.parse(address.toString())).isEqualTo(address);
    }

    static Stream<Arguments> badHoldLimits() {
        Duration second = Duration.ofSeconds(1);
        Duration moreThanAYear = Duration.ofDays(367);
        return Stream.of(
                Arguments.of(Duration.ofNanos(-1), null, "holdAtLeast is PT-0.000000001S"),
                Arguments.of(null, Duration.ofNanos(-1), "holdAtMost is PT-0.000000001S"),
                Arguments.of(null, Duration.ZERO, "holdAtMost is PT0S"),
                Arguments.of(moreThanAYear, null, "holdAtLeast PT8808H"),
                Arguments.of(null, moreThanAYear, "holdAtMost PT8808H"),
                Arguments.of(Duration.ofSeconds(Long.MAX_VALUE), null, "holdAtLeast"),
                Arguments.of(null, Duration.ofSeconds(Long.MAX_VALUE), "holdAtMost"),
                Arguments.of(second.plusNanos(1), second, "holdAtLeast PT1.000000001S is longer than holdAtMost PT1S"));
    }

    @ParameterizedTest
    @MethodSource("badHoldLimits")
    void badHoldLimitsAreRefused(Duration atLeast, Duration atMost, String text) throws Exception {
        DflockdClient unlocked = DflockdClient.withoutLocking();
        LockHandle handle = unlocked.lock("k").acquire();
        Stream.<ThrowingCallable>of(
                        () -> client.lock("k").withHoldAtMost(atMost).withHoldAtLeast(atLeast),
                        () -> client.lock("k").withHoldAtLeast(atLeast).withHoldAtMost(atMost),
                        () -> client.semaphore("k", 2).withHoldAtMost(atMost).withHoldAtLeast(atLeast),
                        () -> unlocked.lock("k").withHoldAtMost(atMost).withHoldAtLeast(atLeast),
                        () -> unlocked.semaphore("k", 2)
                                .withHoldAtLeast(atLeast)
                                .withHoldAtMost(atMost),
                        () -> handle.limitHold(atLeast, atMost),
                        () -> DflockdClient.builder()
                                .holdAtLeast(atLeast)
                                .holdAtMost(atMost)
                                .build())
                .forEach(call -> assertThatExceptionOfType(InvalidArgumentException.class)
                        .isThrownBy(call)
                        .withMessageContaining(text));
    }

    @Test
    void defaultsOfTheClientAreCheckedWithTheOptionsOfTheLock() {
        try (DflockdClient limited = DflockdClient.builder()
                .holdAtLeast(Duration.ofSeconds(2))
                .holdAtMost(Duration.ofSeconds(5))
                .build()) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> limited.lock("k").withHoldAtLeast(Duration.ofSeconds(6)))
                    .withMessageContaining("holdAtMost PT5S");
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> limited.semaphore("k", 2).withHoldAtMost(Duration.ofSeconds(1)))
                    .withMessageContaining("holdAtLeast PT2S");
            assertThat(limited.lock("k").withHoldAtMost(null).withHoldAtLeast(Duration.ofSeconds(6)))
                    .isNotNull();
            assertThat(limited.lock("k").withHoldAtLeast(null).withHoldAtMost(Duration.ofSeconds(1)))
                    .isNotNull();
        }
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().holdAtLeastOnClose(Duration.ofSeconds(-1)))
                .withMessageContaining("holdAtLeastOnClose");
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder()
                        .serverReadTimeout(Duration.ofSeconds(10))
                        .build())
                .withMessageContaining("keepAliveInterval PT7S")
                .withMessageContaining("PT10S");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder()
                        .waitConnectionIdle(Duration.ofSeconds(23))
                        .build())
                .withMessageContaining("waitConnectionIdle");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().servers(new String[0]));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().servers("a:1", "a:1"))
                .withMessageContaining("twice");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().maxWaitConnections(0));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().maxStatsBytes(10));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().requestTimeout(Duration.ZERO));
    }

    @Test
    void listOfServersIsCopied() {
        List<ServerAddress> addresses = new ArrayList<>(List.of(new ServerAddress("a", 1), new ServerAddress("b", 1)));
        try (DflockdClient client = DflockdClient.builder().servers(addresses).build()) {
            addresses.clear();
            assertThat(client.servers()).hasSize(2);
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> client.servers().clear());
        }
    }

    @Test
    void statsOfAServerThatIsNotOursAreRefused() {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.statsAsync(new ServerAddress("elsewhere", 1)))
                .withMessageContaining("elsewhere:1");
    }
}
