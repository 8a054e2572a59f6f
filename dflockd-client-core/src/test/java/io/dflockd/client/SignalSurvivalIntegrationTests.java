package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.SubscriptionListener.GapReason;
import io.dflockd.client.testserver.ServerWithSignals;
import io.dflockd.client.testserver.TestFault;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.ConnectionView;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Subscriptions outlive connections, servers and standstills, and say what may have been missed. */
@Timeout(120)
@ServerWithSignals
class SignalSurvivalIntegrationTests {

    /** A client whose connections end soon after they were opened connects every 2 s only. */
    private static final int RESTARTS = TestServers.soak() ? 20 : 8;

    @RegisterExtension
    final TestServers servers = new TestServers();

    /** One subscription and what became of it. */
    private static final class Story implements SubscriptionListener {

        final List<String> events = new CopyOnWriteArrayList<>();

        final Set<String> payloads = ConcurrentHashMap.newKeySet();

        @Override
        public void connected(ServerAddress server, boolean again) {
            events.add(again ? "again" : "connected");
        }

        @Override
        public void disconnected(ServerAddress server, DflockdException cause) {
            events.add("disconnected");
        }

        @Override
        public void gap(ServerAddress server, GapReason reason) {
            events.add(reason.name());
        }

        SignalSubscription subscribe(DflockdClient client, String pattern, String group) {
            SubscriptionOptions options =
                    SubscriptionOptions.defaults().withGroup(group).withListener(this);
            return client.signals().subscribe(pattern, options, signal -> payloads.add(signal.payload()));
        }
    }

    private static boolean emitted(DflockdClient client, String channel, String payload, long count)
            throws InterruptedException {
        try {
            return client.signals().emit(channel, payload) >= count;
        } catch (DflockdConnectionException ex) {
            return false;
        }
    }

    private static List<ConnectionView> listening(TestServer server) {
        return server.view().connections().stream()
                .filter(connection -> connection.subscriptions() > 0)
                .toList();
    }

    @Test
    void restartsLeaveNoZombie() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        List<Story> stories = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            stories.add(new Story());
        }
        stories.get(0).subscribe(client, "r.a", null);
        stories.get(1).subscribe(client, "r.*", null);
        stories.get(2).subscribe(client, "r.*", null);
        stories.get(3).subscribe(client, "r.a", "g");
        stories.get(4).subscribe(client, "r.>", "g");
        for (int round = 0; round < RESTARTS; round++) {
            String payload = "round " + round;
            if (round % 2 == 0) {
                server.restart();
            } else {
                server.kill();
                server.start();
            }
            Story late = new Story();
            SignalSubscription subscribedMeanwhile = late.subscribe(client, "r.late", null);
            await().atMost(SOON).until(() -> emitted(client, "r.a", payload, 3));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(stories).allMatch(story -> story.payloads.contains(payload)));
            await().atMost(SOON).until(() -> emitted(client, "r.late", payload, 1));
            await().atMost(SOON).until(() -> late.payloads.contains(payload));
            subscribedMeanwhile.close();
        }
        for (Story story : stories) {
            assertThat(story.events).contains("connected", "disconnected", "again", GapReason.RECONNECTED.name());
            assertThat(story.events.stream().filter("again"::equals).count())
                    .isEqualTo(
                            story.events.stream().filter("RECONNECTED"::equals).count());
        }
        assertThat(listening(server)).hasSize(3);
    }

    @Test
    void subscriptionsOfOtherThreadsSurviveTheReconnect() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        new Story().subscribe(client, "z.first", null).ready().get(10, TimeUnit.SECONDS);
        int rounds = 8;
        Semaphore turns = new Semaphore(0);
        List<Story> stories = new CopyOnWriteArrayList<>();
        List<SignalSubscription> subscriptions = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> subscribing = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < rounds * 9; i++) {
                turns.acquireUninterruptibly();
                Story story = new Story();
                subscriptions.add(story.subscribe(client, i % 3 == 0 ? "z.*" : "z." + i, i % 9 == 1 ? "g" : null));
                stories.add(story);
            }
        });
        for (int round = 0; round < rounds; round++) {
            turns.release(3);
            server.kill();
            turns.release(3);
            await().atMost(SOON).until(() -> turns.availablePermits() == 0);
            server.start();
            turns.release(3);
            await().atMost(SOON).until(() -> emitted(client, "z.first", "x", 1));
        }
        subscribing.get(10, TimeUnit.SECONDS);
        for (SignalSubscription subscription : subscriptions) {
            subscription.ready().get(20, TimeUnit.SECONDS);
        }
        await().atMost(SOON).until(() -> subscriptions.stream().allMatch(SignalSubscription::isConnected));
        for (int i = 0; i < stories.size(); i++) {
            client.signals().emit("z." + i, "last " + i);
        }
        for (int i = 0; i < stories.size(); i++) {
            Story story = stories.get(i);
            String payload = "last " + i;
            await().atMost(SOON).until(() -> story.payloads.contains(payload));
        }
    }

    @Test
    void attachesWhenTheServerComesUp() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        server.stop();
        Story story = new Story();
        SignalSubscription subscription = story.subscribe(client, "c", null);
        SignalSubscription grouped = new Story().subscribe(client, "c", "g");
        await().during(Duration.ofMillis(300)).until(() -> !subscription.isConnected());
        assertThat(subscription.ready()).isNotDone();
        server.start();
        subscription.ready().get(10, TimeUnit.SECONDS);
        grouped.ready().get(10, TimeUnit.SECONDS);
        assertThat(client.signals().emit("c", "x")).isEqualTo(2);
        await().atMost(SOON).until(() -> story.payloads.contains("x"));
        assertThat(story.events).containsExactly("connected");
    }

    @Test
    void cutConnectionIsMadeAnewAndTheGapIsTold() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        Story story = new Story();
        SignalSubscription subscription = story.subscribe(client, "c", null);
        subscription.ready().get(10, TimeUnit.SECONDS);
        for (int i = 0; i < 5; i++) {
            String payload = "after " + i;
            long old = listening(server).get(0).id();
            server.faults().reset(old);
            await().atMost(SOON).until(() -> listening(server).stream().anyMatch(connection -> connection.id() != old));
            await().atMost(SOON).until(() -> emitted(client, "c", payload, 1));
            await().atMost(SOON).until(() -> story.payloads.contains(payload));
        }
        assertThat(story.events.subList(0, 4)).containsExactly("connected", "disconnected", "again", "RECONNECTED");
    }

    @Test
    void silentListenerOutlivesTheServersReadTimeout() throws Exception {
        TestServer server = servers.start(settings -> settings.readTimeout(Duration.ofSeconds(3)));
        DflockdClient client = servers.client(settings -> settings.servers(server.address())
                .serverReadTimeout(Duration.ofSeconds(3))
                .waitConnectionIdle(Duration.ofSeconds(1))
                .keepAliveInterval(Duration.ofMillis(500)));
        Story plain = new Story();
        Story grouped = new Story();
        SignalSubscription one = plain.subscribe(client, "c", null);
        SignalSubscription two = grouped.subscribe(client, "c", "g");
        one.ready().get(10, TimeUnit.SECONDS);
        two.ready().get(10, TimeUnit.SECONDS);
        await().during(Duration.ofSeconds(8))
                .atMost(Duration.ofSeconds(20))
                .until(() -> one.isConnected() && two.isConnected());
        assertThat(plain.events).containsExactly("connected");
        assertThat(grouped.events).containsExactly("connected");
        assertThat(client.signals().emit("c", "x")).isEqualTo(2);
    }

    /** A listener that the server has written off is still listed and counted, and nothing reaches it. */
    @Test
    void writtenOffListenerIsReplacedAfterAStandstillOfTheNetwork() throws Exception {
        TestServer server = servers.start();
        Relay relay = servers.relay(server);
        DflockdClient client = servers.client(relay);
        DflockdClient emitter = servers.client(server);
        Story story = new Story();
        story.subscribe(client, "c", null).ready().get(10, TimeUnit.SECONDS);
        TestFault writtenOff = server.faults()
                .inject(
                        Fault.dropPushes(),
                        FaultTarget.connection(listening(server).get(0).id()));
        relay.silence();
        await().pollDelay(Duration.ofSeconds(6)).atMost(SOON).until(() -> true);
        // Before the path is back: the client may replace the connection at once then.
        assertThat(emitter.signals().emit("c", "counted, and lost")).isEqualTo(1);
        relay.resume();
        await().atMost(Duration.ofSeconds(20)).until(() -> story.events.contains("STOOD_STILL"));
        assertThat(writtenOff.hits()).isPositive();
        await().atMost(SOON).until(() -> emitted(emitter, "c", "received", 1));
        await().atMost(SOON).until(() -> story.payloads.contains("received"));
        assertThat(story.payloads).containsExactly("received");
        assertThat(story.events).containsExactly("connected", "disconnected", "again", "STOOD_STILL");
    }

    /** What the server had written before it gave up is read first, and must not pass for a sign of life. */
    @Test
    void heldBackSignalsDoNotHideAStandstillOfTheNetwork() throws Exception {
        TestServer server = servers.start();
        Relay relay = servers.relay(server);
        DflockdClient client = servers.client(relay);
        DflockdClient emitter = servers.client(server);
        Story story = new Story();
        story.subscribe(client, "c", null).ready().get(10, TimeUnit.SECONDS);
        relay.silence();
        for (int i = 0; i < 3; i++) {
            assertThat(emitter.signals().emit("c", "held back " + i)).isEqualTo(1);
        }
        server.faults()
                .inject(
                        Fault.dropPushes(),
                        FaultTarget.connection(listening(server).get(0).id()));
        await().pollDelay(Duration.ofSeconds(6)).atMost(SOON).until(() -> true);
        assertThat(story.payloads).isEmpty();
        relay.resume();
        await().atMost(Duration.ofSeconds(20)).until(() -> story.events.contains("STOOD_STILL"));
        assertThat(story.payloads).containsExactlyInAnyOrder("held back 0", "held back 1", "held back 2");
        await().atMost(SOON).until(() -> emitted(emitter, "c", "received", 1));
        await().atMost(SOON).until(() -> story.payloads.contains("received"));
        assertThat(story.events).containsExactly("connected", "disconnected", "again", "STOOD_STILL");
    }

    @Test
    void writtenOffListenerIsReplacedAfterAStandstillOfTheProcess() throws Exception {
        TestServer server = servers.start();
        AdjustableClock clock = new AdjustableClock();
        DflockdClient client =
                servers.client(settings -> settings.servers(server.address()).ticker(clock));
        Story plain = new Story();
        Story grouped = new Story();
        plain.subscribe(client, "c", null).ready().get(10, TimeUnit.SECONDS);
        grouped.subscribe(client, "c", "g").ready().get(10, TimeUnit.SECONDS);
        for (ConnectionView connection : listening(server)) {
            server.faults().inject(Fault.dropPushes(), FaultTarget.connection(connection.id()));
        }
        clock.jump(Duration.ofSeconds(4));
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(plain.events).containsExactly("connected", "disconnected", "again", "STOOD_STILL");
            assertThat(grouped.events).containsExactly("connected", "disconnected", "again", "STOOD_STILL");
        });
        assertThat(client.signals().emit("c", "x")).isEqualTo(2);
        await().atMost(SOON).until(() -> plain.payloads.contains("x") && grouped.payloads.contains("x"));
    }

    @Test
    void shortPauseReplacesNothing() throws Exception {
        TestServer server = servers.start();
        AdjustableClock clock = new AdjustableClock();
        DflockdClient client =
                servers.client(settings -> settings.servers(server.address()).ticker(clock));
        Story story = new Story();
        story.subscribe(client, "c", null).ready().get(10, TimeUnit.SECONDS);
        clock.jump(Duration.ofSeconds(1));
        await().during(Duration.ofSeconds(3)).atMost(SOON).until(() -> story.events.size() == 1);
        assertThat(client.signals().emit("c", "x")).isEqualTo(1);
    }

    @Test
    void unansweredListenIsNotTakenForASubscription() throws Exception {
        TestServer server = servers.start();
        server.faults().inject(Fault.cut(), FaultTarget.command("listen").times(2));
        DflockdClient client = servers.client(server);
        Story story = new Story();
        story.subscribe(client, "c", null).ready().get(20, TimeUnit.SECONDS);
        assertThat(client.signals().emit("c", "x")).isEqualTo(1);
        await().atMost(SOON).until(() -> story.payloads.contains("x"));
        assertThat(story.events).containsExactly("connected");
    }
}
