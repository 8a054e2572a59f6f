package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.protocol.ConnectionOptions;
import io.dflockd.client.protocol.ProtocolConnection;
import io.dflockd.client.testserver.ServerWithSignals;
import io.dflockd.client.testserver.TestServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Durations near the end of the range work like long ones, or are refused: none ends at once. */
@Timeout(20)
@Execution(ExecutionMode.CONCURRENT)
class LongDurationIntegrationTests {

    private static final Duration LONG = Duration.ofSeconds(9_223_372_036L);

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private static Arguments setting(
            String name, BiFunction<DflockdClientBuilder, Duration, DflockdClientBuilder> setting) {
        return Arguments.of(name, setting);
    }

    static Stream<Arguments> settings() {
        return Stream.of(
                setting("connectTimeout", DflockdClientBuilder::connectTimeout),
                setting("requestTimeout", DflockdClientBuilder::requestTimeout),
                setting("acquireTimeout", DflockdClientBuilder::acquireTimeout),
                setting("lease", DflockdClientBuilder::lease),
                setting("serverReadTimeout", DflockdClientBuilder::serverReadTimeout),
                setting("queuedPlaceMaxLife", DflockdClientBuilder::queuedPlaceMaxLife));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void longestDurationIsRefusedOrWorks(
            String name, BiFunction<DflockdClientBuilder, Duration, DflockdClientBuilder> setting) throws Exception {
        TestServer server = servers.start();
        DflockdClient client;
        try {
            client = servers.client(settings -> setting.apply(settings, LONG));
        } catch (InvalidArgumentException ex) {
            assertThat(ex).hasMessageContaining(LONG.toString());
            return;
        }
        client.connect();
        LockHandle handle = client.lock("k").acquire();
        CompletableFuture<LockHandle> waiting = client.lock("k").acquireAsync();
        server.await(view -> view.waiters("k").size() == 1, TestServers.SOON);
        assertThat(client.lock("k").tryAcquire()).isEmpty();
        assertThat(handle.renewAsync().get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.isHeld()).isTrue();
        assertThat(handle.release()).isTrue();
        LockHandle next = waiting.get(5, TimeUnit.SECONDS);
        assertThat(next.releaseAsync().get(5, TimeUnit.SECONDS)).isTrue();
        try (QueuedAcquisition place = client.lock("k").enqueue()) {
            assertThat(place.await(LONG).release()).isTrue();
        }
        assertThat(client.statsAsync(client.servers().get(0))
                        .get(5, TimeUnit.SECONDS)
                        .connections())
                .isPositive();
        if (TestServer.haveSignals()) {
            assertThat(client.signals().emit("c", "x")).isZero();
        }
        client.close(LONG);
    }

    @Test
    @ServerWithSignals
    void longestTimesOfVerbsWork() throws Exception {
        servers.start();
        DflockdClient client = servers.client();
        LockHandle handle = client.lock("k").acquire();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> client.close(LONG));
        await().atMost(TestServers.SOON).until(client::isClosed);
        handle.release();
        closing.get(10, TimeUnit.SECONDS);
        DflockdClient other = servers.client();
        SignalSubscription subscription = other.signals().subscribe("c", signal -> {});
        assertThat(subscription.closeAsync(LONG).get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(other.signals().subscribe("c", signal -> {}).close(Duration.ofDays(365L * 300)))
                .isTrue();
        SignalStream stream = other.signals().stream("c");
        stream.subscription().ready().get(5, TimeUnit.SECONDS);
        other.signals().emit("c", "x");
        assertThat(stream.poll(Duration.ofDays(365L * 300))).isPresent();
        stream.close();
    }

    @Test
    void longestTimesOfAProtocolConnectionAreRefusedOrWork() throws Exception {
        TestServer server = servers.start();
        for (Duration value : new Duration[] {LONG, Duration.ofDays(365L * 300)}) {
            ConnectionOptions options;
            try {
                options = ConnectionOptions.defaults().withTimeouts(value, value);
            } catch (InvalidArgumentException ex) {
                assertThat(ex).hasMessageContaining(value.toString());
                continue;
            }
            try (ProtocolConnection connection =
                    ProtocolConnection.open(ServerAddress.parse(server.address()), options)) {
                assertThat(connection.acquire("k", Duration.ZERO, null).token()).isNotEmpty();
            }
        }
    }
}
