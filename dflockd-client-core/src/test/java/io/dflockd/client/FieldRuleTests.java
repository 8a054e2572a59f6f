package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.embedded.EmbeddedDflockdServer;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule for a field is checked before anything is sent, with the value and the rule in the text. */
@Timeout(60)
class FieldRuleTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    static Stream<Arguments> badKeys() {
        return Stream.of(
                Arguments.of(null, "null"),
                Arguments.of("", "empty"),
                Arguments.of(" ", "a blank"),
                Arguments.of("a b", "'a b' contains a blank at index 1"),
                Arguments.of(" a", "a blank"),
                Arguments.of("a ", "a blank"),
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
    void badKeyIsRefusedBeforeAnythingIsSent(String key, String text) {
        EmbeddedDflockdServer server = servers.embedded();
        DflockdClient client = servers.client();
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
        assertThat(server.view().connections()).isEmpty();
        assertThat(server.view().requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "k",
                "order:12345",
                "a*b>c",
                "\u0000",
                "\u000B\u000C",
                "\u00A0",
                "schl\u00FCssel",
                "\u9375",
                "\uD83D\uDD12",
                "e\u0301"
            })
    void keyOfAnyOtherCharactersIsLockedAsItIs(String text) throws Exception {
        String key = servers.key() + text;
        DflockdClient client = servers.client();
        LockHandle handle = client.lock(key).acquire();
        assertThat(handle.key()).isEqualTo(key);
        assertThat(TestServers.areExternal()
                        || client.stats().values().stream()
                                .anyMatch(stats -> stats.locks().stream()
                                        .anyMatch(lock -> lock.key().equals(key))))
                .isTrue();
        assertThat(client.lock(key).tryAcquire()).isEmpty();
        assertThat(handle.release()).isTrue();
    }

    @Test
    void keyOfTheLongestLengthIsCountedInBytes() throws Exception {
        DflockdClient client = servers.client();
        for (String key : new String[] {"x".repeat(256), "\u9375".repeat(85), "\uD83D\uDD12".repeat(64)}) {
            assertThat(client.lock(key).acquire().release()).isTrue();
        }
    }

    @Test
    void lineBreaksInAKeyInjectNothing() throws Exception {
        EmbeddedDflockdServer server = servers.embedded();
        DflockdClient client = servers.client();
        LockHandle held = client.lock("victim").acquire();
        String evil = "x\nr\nvictim\n" + held.token();
        assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(() -> client.lock(evil));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.lock(evil.replace('\n', '\r')));
        assertThat(held.isHeld()).isTrue();
        assertThat(server.view().count("r")).isZero();
        assertThat(held.release()).isTrue();
    }

    @Test
    void lineBreaksInAnAuthTokenAreRefusedWithoutShowingIt() {
        EmbeddedDflockdServer server = servers.embedded(settings -> settings.authToken("t"));
        for (String evil : new String[] {"t\nl\nk\n0", "t\r", "s3cret\n", "\uD83Ds3cret", "   "}) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> DflockdClient.builder().authToken(evil))
                    .withMessageContaining("auth token")
                    .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("s3cret"));
            DflockdClient client = servers.client(settings -> settings.authToken(() -> evil));
            assertThatExceptionOfType(DflockdAuthenticationException.class)
                    .as("from a supplier")
                    .isThrownBy(() -> client.lock("k").acquire())
                    .withMessageContaining("cannot be sent")
                    .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("s3cret"));
        }
        assertThat(server.view().requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void limitBelowOneIsRefused(int limit) {
        DflockdClient client = servers.client();
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.semaphore("k", limit))
                .withMessageContaining("limit " + limit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT-0.001S", "PT9223372037S", "PT2562047788015215H"})
    void badLeaseIsRefused(String lease) {
        DflockdClient client = servers.client();
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
    void leaseBelowASecondIsRoundedUp() throws Exception {
        EmbeddedDflockdServer server = servers.embedded();
        LockHandle handle =
                servers.client().lock("k").withLease(Duration.ofMillis(1)).acquire();
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(1));
        assertThat(server.view().requests().get(0).argument()).isEqualTo("0 1");
        handle.close();
        LockHandle next =
                servers.client().lock("k").withLease(Duration.ofMillis(2001)).acquire();
        assertThat(next.lease()).isEqualTo(Duration.ofSeconds(3));
        next.close();
    }

    @Test
    void badTimeoutIsRefused() {
        DflockdClient client = servers.client();
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

    @Test
    void longestTimeoutAndLeaseAreTaken() throws Exception {
        EmbeddedDflockdServer server = servers.embedded();
        DflockdClient client = servers.client();
        Duration longest = Duration.ofSeconds(9_223_372_036L);
        LockHandle handle =
                client.lock("k").withLease(longest).withAcquireTimeout(longest).acquire();
        assertThat(handle.isHeld()).isTrue();
        assertThat(handle.lease()).isEqualTo(longest);
        assertThat(server.view().requests().get(0).argument()).isEqualTo("0 9223372036");
        var waiting = client.lock("k").tryAcquireAsync(longest);
        TestServers.awaitWaiters(client, "k", 1);
        assertThat(waiting).isNotDone();
        handle.close();
        waiting.get(5, java.util.concurrent.TimeUnit.SECONDS).orElseThrow().close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.5, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
    void badRenewRatioIsRefused(double ratio) {
        DflockdClient client = servers.client();
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
        var addresses =
                new java.util.ArrayList<>(java.util.List.of(new ServerAddress("a", 1), new ServerAddress("b", 1)));
        try (DflockdClient client = DflockdClient.builder().servers(addresses).build()) {
            addresses.clear();
            assertThat(client.servers()).hasSize(2);
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> client.servers().clear());
        }
    }

    @Test
    void statsOfAServerThatIsNotOursAreRefused() {
        DflockdClient client = servers.client();
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.statsAsync(new ServerAddress("elsewhere", 1)))
                .withMessageContaining("elsewhere:1");
        assertThat(Map.of()).isEmpty();
    }
}
