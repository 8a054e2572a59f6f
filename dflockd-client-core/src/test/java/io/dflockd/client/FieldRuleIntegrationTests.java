package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.testserver.TestServer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values at the edge of the rules reach the server as they are, and values beyond it never do. */
@Timeout(60)
class FieldRuleIntegrationTests {
    @RegisterExtension
    private final TestServers servers = new TestServers();

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
        TestServer server = servers.start();
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
        TestServer server = servers.start(settings -> settings.authToken("t"));
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

    @Test
    void leaseBelowASecondIsRoundedUp() throws Exception {
        TestServer server = servers.start();
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
    void longestTimeoutAndLeaseAreTaken() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        Duration longest = Duration.ofSeconds(9_223_372_036L);
        LockHandle handle =
                client.lock("k").withLease(longest).withAcquireTimeout(longest).acquire();
        assertThat(handle.isHeld()).isTrue();
        assertThat(handle.lease()).isEqualTo(longest);
        assertThat(server.view().requests().get(0).argument()).isEqualTo("0 9223372036");
        var waiting = client.lock("k").tryAcquireAsync(longest);
        ServerState.awaitWaiters(client, "k", 1);
        assertThat(waiting).isNotDone();
        handle.close();
        waiting.get(5, TimeUnit.SECONDS).orElseThrow().close();
    }
}
