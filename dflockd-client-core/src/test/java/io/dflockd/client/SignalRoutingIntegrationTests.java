package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.ServerWithSignals;
import io.dflockd.client.testserver.TestServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What signals mean with several servers. */
@Timeout(60)
@ServerWithSignals
class SignalRoutingIntegrationTests {

    @RegisterExtension
    final TestServers servers = new TestServers();

    private final List<Signal> seen = new CopyOnWriteArrayList<>();

    private DflockdClient client(SignalRouting routing) {
        return servers.client(settings ->
                settings.servers(servers.addresses(3).toArray(String[]::new)).signalRouting(routing));
    }

    private SignalSubscription subscribe(DflockdClient client) throws Exception {
        SignalSubscription subscription = client.signals().subscribe("n.*", seen::add);
        subscription.ready().get(10, TimeUnit.SECONDS);
        return subscription;
    }

    @Test
    void channelChoosesTheServerAndEverySubscriberGetsTheSignalOnce() throws Exception {
        DflockdClient client = client(SignalRouting.BY_CHANNEL);
        subscribe(client);
        DflockdClient emitter = client(SignalRouting.BY_CHANNEL);
        for (int i = 0; i < 30; i++) {
            assertThat(emitter.signals().emit("n." + i, "x")).isEqualTo(1);
        }
        await().atMost(SOON).until(() -> seen.size() == 30);
        assertThat(seen)
                .allSatisfy(signal -> assertThat(signal.server()).isEqualTo(client.serverFor(signal.channel())));
        assertThat(seen.stream().map(Signal::channel).collect(Collectors.toSet()))
                .hasSize(30);
        assertThat(seen.stream().map(Signal::server).collect(Collectors.toSet()))
                .hasSize(3);
    }

    @Test
    void firstServerCarriesAll() throws Exception {
        DflockdClient client = client(SignalRouting.FIRST_SERVER);
        subscribe(client);
        for (int i = 0; i < 10; i++) {
            assertThat(client.signals().emit("n." + i, "x")).isEqualTo(1);
        }
        await().atMost(SOON).until(() -> seen.size() == 10);
        assertThat(seen.stream().map(Signal::server).collect(Collectors.toSet()))
                .isEqualTo(Set.of(client.servers().get(0)));
    }

    @Test
    void allServersCarryACopyEach() throws Exception {
        DflockdClient client = client(SignalRouting.ALL_SERVERS);
        subscribe(client);
        assertThat(client.signals().emit("n.a", "x")).isEqualTo(3);
        await().atMost(SOON).until(() -> seen.size() == 3);
        assertThat(seen.stream().map(Signal::server).collect(Collectors.toSet()))
                .isEqualTo(Set.copyOf(client.servers()));
    }

    @Test
    void emitToAllFailsIfOneServerFails() throws Exception {
        TestServer up = servers.start();
        TestServer down = servers.start();
        DflockdClient client = servers.client(
                settings -> settings.servers(up.address(), down.address()).signalRouting(SignalRouting.ALL_SERVERS));
        down.stop();
        SignalSubscription subscription = client.signals().subscribe("n.*", seen::add);
        await().atMost(SOON).until(() -> up.view().count("listen") == 1);
        assertThatExceptionOfType(DflockdConnectionException.class)
                .isThrownBy(() -> client.signals().emit("n.a", "x"))
                .withMessageContaining(down.address());
        await().atMost(SOON).until(() -> seen.size() == 1);
        assertThat(subscription.isConnected()).isFalse();
        down.start();
        subscription.ready().get(10, TimeUnit.SECONDS);
        assertThat(client.signals().emit("n.a", "y")).isEqualTo(2);
    }

    /** One emit's failure is that of the first server that failed; what the others said is in the events. */
    @Test
    void failuresOfSeveralServersHideNoAnswer() throws Exception {
        TestServer down = servers.start();
        TestServer up = servers.start();
        TestServer alsoDown = servers.start();
        Map<ServerAddress, Object> told = new ConcurrentHashMap<>();
        DflockdClientListener listener = new DflockdClientListener() {
            @Override
            public void signalEmitted(String channel, ServerAddress server, long count) {
                told.put(server, count);
            }

            @Override
            public void signalEmitFailed(String channel, ServerAddress server, Throwable cause) {
                told.put(server, cause);
            }
        };
        DflockdClient client =
                servers.client(settings -> settings.servers(down.address(), up.address(), alsoDown.address())
                        .listener(listener)
                        .signalRouting(SignalRouting.ALL_SERVERS));
        client.signals().subscribe("n.*", seen::add);
        await().atMost(SOON).until(() -> up.view().count("listen") == 1);
        down.stop();
        alsoDown.stop();
        CompletableFuture<Long> emitted = client.signals().emitAsync("n.a", "x");
        assertThat(emitted.handle((count, failure) -> failure))
                .succeedsWithin(SOON)
                .isInstanceOf(DflockdConnectionException.class)
                .asString()
                .contains(down.address())
                .doesNotContain(alsoDown.address());
        await().atMost(SOON).until(() -> told.size() == 3 && seen.size() == 1);
        assertThat(told)
                .containsEntry(client.servers().get(1), 1L)
                .hasEntrySatisfying(
                        client.servers().get(0), cause -> assertThat(cause).isInstanceOf(DflockdException.class))
                .hasEntrySatisfying(
                        client.servers().get(2),
                        cause -> assertThat(cause).asString().contains(alsoDown.address()));
    }
}
