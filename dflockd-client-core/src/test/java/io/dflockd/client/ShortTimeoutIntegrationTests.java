package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that is not connected yet gets a free lock, however short the caller would wait for a busy one. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class ShortTimeoutIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    /** Its first answer takes 200 ms. */
    private DflockdClient clientFarAway() {
        Relay relay = servers.relay(servers.address());
        relay.slow(Duration.ofMillis(100));
        return servers.client(relay);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 150, 1000})
    void firstTryGetsAFreeLock(int millis) throws Exception {
        DflockdClient client = clientFarAway();
        assertThat(client.lock(servers.key()).tryAcquire(Duration.ofMillis(millis)))
                .hasValueSatisfying(handle -> assertThat(handle.release()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50, 150, 1000})
    void firstAcquireGetsAFreeLock(int millis) throws Exception {
        DflockdClient client = clientFarAway();
        LockHandle handle = client.lock(servers.key())
                .withAcquireTimeout(Duration.ofMillis(millis))
                .acquire();
        assertThat(handle.release()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 150, 1000})
    void firstAsynchronousTryGetsAFreeLock(int millis) throws Exception {
        DflockdClient client = clientFarAway();
        assertThat(client.lock(servers.key())
                        .tryAcquireAsync(Duration.ofMillis(millis))
                        .get(10, TimeUnit.SECONDS))
                .hasValueSatisfying(handle -> assertThat(handle.release()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 150})
    void firstTryOfABusyLockIsBusyAndNotBroken(int millis) throws Exception {
        String key = servers.key();
        LockHandle held = servers.client().lock(key).acquire();
        DflockdClient client = clientFarAway();
        assertThat(client.lock(key).tryAcquire(Duration.ofMillis(millis))).isEmpty();
        assertThat(held.release()).isTrue();
    }

    @Test
    void shortTimeoutStillEndsSoonWhereNobodyAnswers() {
        ScriptedServer server = servers.scripted((peer, request) -> {});
        DflockdClient client = servers.client(settings -> settings.servers(server.address())
                .connectTimeout(Duration.ofSeconds(1))
                .requestTimeout(Duration.ofSeconds(1)));
        long begin = System.nanoTime();
        assertThatExceptionOfType(DflockdException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire(Duration.ofMillis(50)));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
    }
}
