package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.ServerWithSignals;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.ConnectionView;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.Generation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@ServerWithSignals
class SignalIntegrationTests {

    @RegisterExtension
    final TestServers servers = new TestServers();

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private void note(Signal signal) {
        seen.add(signal.channel() + "=" + signal.payload());
    }

    private static <T extends SignalSubscription> T ready(T subscription) throws Exception {
        subscription.ready().get(10, TimeUnit.SECONDS);
        return subscription;
    }

    @Test
    void signalReachesWhoListens() throws Exception {
        DflockdClient client = servers.client();
        assertThat(client.signals().emit("events.user", "nobody")).isZero();
        SignalSubscription subscription = ready(client.signals().subscribe("events.>", this::note));
        assertThat(subscription.isConnected()).isTrue();
        assertThat(client.signals().emit("events.user.login", "alice")).isEqualTo(1);
        assertThat(client.signals().emitAsync("events.user", " \u00e4 b ").get(5, TimeUnit.SECONDS))
                .isEqualTo(1);
        assertThat(client.signals().emit("other", "x")).isZero();
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(seen).containsExactly("events.user.login=alice", "events.user= \u00e4 b "));
        assertThat(subscription.received()).isEqualTo(2);
        assertThat(subscription.dropped()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "a.b, a.b, true",
        "a.b, a.bc, false",
        "a.*, a.b, true",
        "a.*, a, false",
        "a.*, a.b.c, false",
        "a.*, a., true",
        "*.b, a.b, true",
        "*, a, true",
        "*, a.b, false",
        ">, a.b.c, true",
        ">, a, true",
        "a.>, a, false",
        "a.>, a.b.c, true",
        "a.*.c, a.b.c, true",
        "a.*.>, a.b, false",
        "a..b, a..b, true",
        "*..b, a..b, true"
    })
    void matchesAsTheServerDoes(String pattern, String channel, boolean matches) throws Exception {
        DflockdClient client = servers.client();
        ready(client.signals().subscribe(">", signal -> {}));
        SignalSubscription subscription = ready(client.signals().subscribe(pattern, this::note));
        SignalSubscription alone = ready(servers.client().signals().subscribe(pattern, signal -> {}));
        long counted = client.signals().emit(channel, "x") - 1;
        assertThat(counted).isEqualTo(matches ? 1 : 0);
        SignalSubscription last = ready(client.signals().subscribe("last", this::note));
        long countedOfLast = client.signals().emit("last", "y") - 1;
        await().atMost(SOON).until(() -> last.received() == 1 && alone.received() == counted + countedOfLast);
        assertThat(subscription.received()).isEqualTo(counted + countedOfLast);
    }

    @Test
    void plainSubscriptionsShareOneConnectionAndLeaveItOneByOne() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        SignalSubscription first = ready(client.signals().subscribe("a.*", this::note));
        SignalSubscription second = ready(client.signals().subscribe("a.*", this::note));
        SignalSubscription third = ready(client.signals().subscribe("a.b", this::note));
        assertThat(listening(server))
                .singleElement()
                .satisfies(connection -> assertThat(connection.subscriptions()).isEqualTo(2));
        assertThat(client.signals().emit("a.b", "1")).isEqualTo(1);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(seen).containsOnly("a.b=1").hasSize(3));

        first.close();
        first.close();
        server.await(view -> view.count("unlisten") == 0, SOON);
        assertThat(client.signals().emit("a.b", "2")).isEqualTo(1);
        await().atMost(SOON).until(() -> seen.size() == 5);
        second.close();
        server.await(view -> view.count("unlisten") == 1, SOON);
        assertThat(client.signals().emit("a.c", "3")).isZero();
        third.close();
        server.await(view -> listening(server).isEmpty(), SOON);
        assertThat(first.isConnected()).isFalse();

        ready(client.signals().subscribe("a.b", this::note));
        assertThat(client.signals().emit("a.b", "4")).isEqualTo(1);
        await().atMost(SOON).until(() -> seen.contains("a.b=4"));
        assertThat(first.received()).isEqualTo(1);
        assertThat(third.received()).isEqualTo(2);
    }

    @Test
    void groupMembersShareSignalsOnConnectionsOfTheirOwn() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        SignalSubscription plain = ready(client.signals().subscribe("jobs.>", this::note));
        SignalSubscription one = ready(client.signals().subscribe("jobs.>", " workers ", this::note));
        SignalSubscription two = ready(client.signals().subscribe("jobs.>", "workers", this::note));
        assertThat(one.group()).isEqualTo("workers");
        assertThat(listening(server)).hasSize(3);
        for (int i = 0; i < 10; i++) {
            assertThat(client.signals().emit("jobs.a", "j" + i)).isEqualTo(2);
        }
        await().atMost(SOON).until(() -> seen.size() == 20);
        assertThat(plain.received()).isEqualTo(10);
        assertThat(one.received()).isEqualTo(5);
        assertThat(two.received()).isEqualTo(5);
        two.close();
        server.await(view -> listening(server).size() == 2, SOON);
        for (int i = 0; i < 4; i++) {
            client.signals().emit("jobs.b", "k" + i);
        }
        await().atMost(SOON).until(() -> one.received() == 9);
    }

    private static List<ConnectionView> listening(TestServer server) {
        return server.view().connections().stream()
                .filter(connection -> connection.subscriptions() > 0)
                .toList();
    }

    @Test
    void emitsOnAConnectionThatOwnsNoLock() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings ->
                settings.servers(server.address()).maxSignalPayload(1000).requestTimeout(Duration.ofSeconds(5)));
        try (LockHandle held = client.lock("k").acquire()) {
            SignalSubscription subscription = ready(client.signals().subscribe("c", this::note));
            assertThat(client.signals().emit("d", "x")).isZero();
            assertThatExceptionOfType(ConnectionClosedException.class)
                    .isThrownBy(() -> client.signals().emit("c", "x".repeat(257)));
            assertThat(held.isHeld()).isTrue();
            assertThat(server.view().holders("k")).hasSize(1);
            assertThat(client.signals().emit("c", "y".repeat(256))).isEqualTo(1);
            await().atMost(SOON).until(() -> subscription.received() == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb", "a\nb", "a.*", ">", "a.>", "a*"})
    void channelMustBePlain(String channel) {
        DflockdClient client = servers.client();
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.signals().emit(channel, "x"))
                .withMessageContaining("channel");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.signals().emitAsync(channel, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "a.>.b", "a*", "a.b>", "**"})
    void patternMustBeValid(String pattern) {
        DflockdClient client = servers.client();
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.signals().subscribe(pattern, this::note))
                .withMessageContaining("pattern");
        assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(() -> client.signals().stream(pattern));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.signals().publisher(pattern, SubscriptionOptions.defaults()));
    }

    @Test
    void groupPayloadAndOptionsAreChecked() {
        DflockdClient client = servers.client();
        for (String group : List.of("", "  ", "a\nb", "g".repeat(257))) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> client.signals().subscribe("p", group, this::note))
                    .withMessageContaining("group");
        }
        for (String blank : List.of("\u00a0", "\u0085", "\u2007", "\u202f", " \u3000\t")) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .as("group U+%04x, which the server cuts off", (int) blank.charAt(0))
                    .isThrownBy(() -> client.signals().subscribe("p", blank, this::note))
                    .withMessageContaining("is blank");
        }
        assertThat(SubscriptionOptions.defaults()
                        .withGroup("\u00a0g h\u2007\u0085")
                        .group())
                .isEqualTo("g h");
        for (String payload : List.of("", "a\nb", "a\rb", "x".repeat(257), "\u00e4".repeat(129))) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> client.signals().emit("c", payload))
                    .withMessageContaining("payload");
        }
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> SubscriptionOptions.defaults().withBuffer(0, OverflowPolicy.DROP_NEWEST));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> SubscriptionOptions.defaults().withConcurrency(0));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().maxSignalPayload(0));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().signalThreads(0));
    }

    @Test
    void serverWithoutSignalsIsNamed() throws Exception {
        TestServer server = servers.start(settings -> settings.generation(Generation.G1));
        DflockdClient client = servers.client(server);
        assertThatExceptionOfType(SignalsUnsupportedException.class)
                .isThrownBy(() -> client.signals().emit("c", "x"))
                .withMessageContaining(server.address())
                .withMessageContaining("has no signals");
        List<DflockdException> refusals = new CopyOnWriteArrayList<>();
        client.signals()
                .subscribe(
                        "c",
                        SubscriptionOptions.defaults().withListener(new SubscriptionListener() {
                            @Override
                            public void refused(ServerAddress from, DflockdException cause) {
                                refusals.add(cause);
                            }
                        }),
                        this::note);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(refusals).singleElement().isInstanceOf(SignalsUnsupportedException.class));
        assertThat(client.snapshot().subscriptions())
                .singleElement()
                .satisfies(subscription -> assertThat(subscription.servers())
                        .containsExactly(new ClientSnapshot.Listening(
                                ServerAddress.parse(server.address()),
                                false,
                                refusals.get(0).getMessage())));
    }

    @Test
    void payloadThatTheServerDoesNotAllowIsToldApart() throws Exception {
        TestServer server = servers.start();
        server.faults()
                .inject(Fault.answer("error"), FaultTarget.command("signal").times(1));
        DflockdClient client = servers.client(server);
        assertThatExceptionOfType(SignalRejectedException.class)
                .isThrownBy(() -> client.signals().emit("c", "x"))
                .withMessageContaining("payload")
                .isNotInstanceOf(SignalsUnsupportedException.class);
        assertThat(client.signals().emit("c", "x")).isZero();
    }

    @Test
    void refusedSubscriptionIsAskedForAgain() throws Exception {
        TestServer server = servers.start();
        server.faults()
                .inject(Fault.answer("error"), FaultTarget.command("listen").times(1));
        SignalSubscription subscription = servers.client(server).signals().subscribe("c", this::note);
        subscription.ready().get(20, TimeUnit.SECONDS);
        assertThat(server.view().count("listen")).isEqualTo(2);
    }

    @Test
    void emitIsSentOnceAndFailsInTime() throws Exception {
        TestServer server = servers.start();
        DflockdClient client =
                servers.client(settings -> settings.servers(server.address()).requestTimeout(Duration.ofSeconds(1)));
        ready(client.signals().subscribe("c", this::note));
        server.faults()
                .inject(
                        Fault.delay(Duration.ofSeconds(3)),
                        FaultTarget.command("signal").times(1));
        assertThatExceptionOfType(RequestTimeoutException.class)
                .isThrownBy(() -> client.signals().emit("c", "late"))
                .withMessageContaining("may have been delivered");
        await().atMost(SOON)
                .ignoreException(RequestTimeoutException.class)
                .until(() -> client.signals().emit("c", "x") == 1);
        server.faults().inject(Fault.loseAnswer(), FaultTarget.command("signal").times(1));
        assertThatExceptionOfType(ConnectionClosedException.class)
                .isThrownBy(() -> client.signals().emit("c", "lost"));
        assertThat(client.signals().emit("c", "after")).isEqualTo(1);
        await().atMost(SOON).until(() -> seen.contains("c=after"));
        assertThat(seen).filteredOn("c=late"::equals).hasSize(1);
    }

    @Test
    void emitToAServerThatIsDownFailsAtOnce() {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        server.stop();
        assertThatExceptionOfType(ServerUnreachableException.class)
                .isThrownBy(() -> client.signals().emit("c", "x"));
        assertThat(client.signals().emitAsync("c", "x"))
                .failsWithin(SOON)
                .withThrowableThat()
                .withCauseInstanceOf(ServerUnreachableException.class);
    }

    @Test
    void closedClientEndsSubscriptionsAndRefusesNewOnes() throws Exception {
        DflockdClient client = servers.client();
        SignalSubscription subscription = ready(client.signals().subscribe("c", this::note));
        SignalSubscription grouped = ready(client.signals().subscribe("c", "g", this::note));
        assertThat(client.snapshot().subscriptions()).hasSize(2);
        client.close();
        assertThat(subscription.isClosed()).isTrue();
        assertThat(grouped.isClosed()).isTrue();
        subscription.close();
        assertThatExceptionOfType(ClientClosedException.class)
                .isThrownBy(() -> client.signals().subscribe("c", this::note));
        assertThatExceptionOfType(ClientClosedException.class)
                .isThrownBy(() -> client.signals().emit("c", "x"));
    }

    @Test
    void interruptedEmitSaysSo() {
        DflockdClient client = servers.client();
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> client.signals().emit("c", "x"));
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void clientListenersAreTold() throws Exception {
        TestServer server = servers.start();
        List<String> events = new CopyOnWriteArrayList<>();
        DflockdClient client =
                servers.client(settings -> settings.servers(server.address()).listener(new DflockdClientListener() {
                    private long received;

                    @Override
                    public void signalEmitted(String channel, ServerAddress to, long count) {
                        events.add("emitted " + channel + " " + count);
                    }

                    @Override
                    public void signalsReceived(SubscriptionInfo subscribed, long count) {
                        received += count;
                        events.add(subscribed.name() + " received " + received);
                    }

                    @Override
                    public void signalHandlerFailed(SubscriptionInfo subscribed, Throwable cause) {
                        events.add("failed " + cause.getMessage());
                    }

                    @Override
                    public void subscriptionConnected(SubscriptionInfo subscribed, ServerAddress to, boolean again) {
                        events.add("connected " + subscribed.pattern() + " " + again);
                    }

                    @Override
                    public void subscriptionDisconnected(
                            SubscriptionInfo subscribed, ServerAddress from, DflockdException cause) {
                        events.add("disconnected " + subscribed.pattern());
                    }

                    @Override
                    public void subscriptionGap(
                            SubscriptionInfo subscribed, ServerAddress of, SubscriptionListener.GapReason reason) {
                        events.add("gap " + reason);
                    }
                }));
        ready(client.signals().subscribe("a.>", SubscriptionOptions.defaults().withName("mine"), signal -> {
            throw new IllegalStateException("no");
        }));
        for (int i = 0; i < 5; i++) {
            client.signals().emit("a.b", "x");
        }
        await().atMost(SOON).until(() -> events.contains("mine received 5"));
        server.faults().cut(listening(server).get(0).id());
        await().atMost(SOON).until(() -> events.contains("gap RECONNECTED"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(events)
                        .contains(
                                "connected a.> false",
                                "emitted a.b 1",
                                "failed no",
                                "disconnected a.>",
                                "connected a.> true"));
    }
}
