package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.ServerAbilities.Fences;
import io.dflockd.client.protocol.ConnectionOptions;
import io.dflockd.client.protocol.Grant;
import io.dflockd.client.protocol.ProtocolConnection;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.Generation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All generations of servers: answers differ in their number of fields and in some statuses. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class GenerationIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @ParameterizedTest
    @EnumSource(Generation.class)
    void locksWaitsRenewsAndReleases(Generation generation) throws Exception {
        TestServer server = servers.start(settings -> settings.generation(generation));
        DflockdClient client = servers.client();
        LockHandle held = client.lock("k").withLease(Duration.ofSeconds(3)).acquire();
        assertThat(held.fence().isPresent()).isEqualTo(generation == Generation.G2);
        CompletableFuture<LockHandle> waiting = client.lock("k").acquireAsync();
        ServerState.awaitWaiters(client, "k", 1);
        await().during(Duration.ofSeconds(5)).atMost(SOON).until(held::isHeld);
        assertThat(server.view().count("n")).isPositive();
        assertThat(held.renewAsync().get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(held.release()).isTrue();
        LockHandle granted = waiting.get(20, TimeUnit.SECONDS);
        assertThat(granted.release()).isTrue();
        try (LockHandle slot = client.semaphore("pool", 2).acquire();
                QueuedAcquisition place = client.lock("two").enqueue();
                LockHandle two = place.await(Duration.ofSeconds(5))) {
            assertThat(slot.isHeld()).isTrue();
            assertThat(two.isHeld()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void grantsAndRenewalsOfEitherNumberOfFieldsAreUnderstood(int fields) throws Exception {
        TestServer server = servers.start();
        server.faults().inject(Fault.grantFields(fields), FaultTarget.any());
        DflockdClient client = servers.client();
        LockHandle held = client.lock("k").acquire();
        assertThat(held.fence().isPresent()).isEqualTo(fields == 4);
        assertThat(held.renewAsync().get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(held.release()).isTrue();
        try (QueuedAcquisition place = client.semaphore("s", 2).enqueue();
                LockHandle slot = place.await(Duration.ofSeconds(5))) {
            assertThat(slot.fence().isPresent()).isEqualTo(fields == 4);
        }
    }

    @Test
    void fieldsThatAServerOfTomorrowAddsDoNoHarm() throws Exception {
        TestServer server = servers.start();
        server.faults()
                .inject(
                        Fault.answer("ok 0123456789abcdef0123456789abcdef 20 7 eight nine"),
                        FaultTarget.command("l").times(1));
        server.faults().inject(Fault.answer("ok 20 7 eight"), FaultTarget.command("n"));
        server.faults()
                .inject(Fault.answer("ok and more"), FaultTarget.command("r").onKey("k"));
        LockHandle handle = servers.client().lock("k").acquire();
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(20));
        assertThat(handle.fence()).hasValue(7);
        assertThat(handle.renewAsync().get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.release()).isTrue();
    }

    @Test
    void fenceIsAnUnsignedNumber() throws Exception {
        TestServer server = servers.start();
        server.faults()
                .inject(
                        Fault.answer("ok 0123456789abcdef0123456789abcdef 20 18446744073709551615"),
                        FaultTarget.command("l").times(1));
        LockHandle handle = servers.client().lock("k").acquire();
        assertThat(Long.toUnsignedString(handle.fence().orElseThrow())).isEqualTo("18446744073709551615");
        handle.close();
    }

    @Test
    void fenceInTheTokenIsReadOnlyOnRequest() throws Exception {
        TestServer server = servers.start(settings -> settings.generation(Generation.G1));
        String token = "18c0ffee00000001aaaaaaaaaaaaaaaa";
        server.faults().inject(Fault.answer("ok " + token + " 33"), FaultTarget.command("l"));
        LockHandle without = servers.client(server).lock("k").acquire();
        assertThat(without.fence()).isEmpty();
        LockHandle with = servers.client(settings -> settings.fenceFromToken(true))
                .lock("k2")
                .acquire();
        assertThat(with.fence()).hasValue(0x18c0ffee00000001L);
        without.close();
        with.close();
    }

    @Test
    void fencesGrowWithEveryGrantOfOneServer() throws Exception {
        DflockdClient client = servers.client();
        String key = servers.key();
        long before = -1;
        for (int i = 0; i < 20; i++) {
            try (LockHandle handle = client.lock(key).acquire()) {
                if (handle.fence().isEmpty()) {
                    return;
                }
                assertThat(Long.compareUnsigned(handle.fence().getAsLong(), before))
                        .isNotZero();
                assertThat(before == -1 || Long.compareUnsigned(handle.fence().getAsLong(), before) > 0)
                        .isTrue();
                before = handle.fence().getAsLong();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Generation.class)
    void statsShowWhatTheServerIs(Generation generation) throws Exception {
        TestServer server = servers.start(settings -> settings.generation(generation));
        DflockdClient client = servers.client(server);
        client.lock("k").acquire().close();
        for (int i = 0; i < 3; i++) {
            assertThat(abilities(client)).isEqualTo(EXPECTED.get(generation));
        }
        assertThat(server.view().count("ping"))
                .as("only where the stats do not show it, and once on the connection")
                .isEqualTo(generation == Generation.G2 ? 0 : 1);
        assertThat(server.view().requestsOf(connectionOf(server, "l")))
                .as("on the connection for locks")
                .noneMatch(request -> request.command().equals("ping"));
    }

    private static final Map<Generation, ServerAbilities> EXPECTED = Map.of(
            Generation.G1, new ServerAbilities(ServerAbilities.Generation.V1_10, false, Fences.NONE),
            Generation.G2, new ServerAbilities(ServerAbilities.Generation.REDIS_FEATS_BRANCH, true, Fences.IN_FIELD),
            Generation.G3, new ServerAbilities(ServerAbilities.Generation.V2, false, Fences.IN_TOKEN));

    private static ServerAbilities abilities(DflockdClient client) throws Exception {
        return client.statsAsync(client.servers().get(0))
                .get(20, TimeUnit.SECONDS)
                .abilities();
    }

    private static long connectionOf(TestServer server, String command) {
        return server.view().requests().stream()
                .filter(request -> request.command().equals(command))
                .findFirst()
                .orElseThrow()
                .connectionId();
    }

    @Test
    void serverThatIsUpgradedBetweenTwoConnectionsIsKnownAnew() throws Exception {
        TestServer before = servers.start(settings -> settings.generation(Generation.G1));
        DflockdClient client = servers.client(before);
        LockHandle lost = client.lock("k").acquire();
        assertThat(abilities(client)).isEqualTo(EXPECTED.get(Generation.G1));
        for (Generation generation : new Generation[] {Generation.G3, Generation.G2, Generation.G1}) {
            TestServer after = upgrade(before, generation);
            await().atMost(SOON).until(() -> !lost.isHeld());
            try (LockHandle handle = client.lock("k").acquire()) {
                assertThat(handle.renewAsync().get(20, TimeUnit.SECONDS)).isTrue();
                assertThat(abilities(client)).isEqualTo(EXPECTED.get(generation));
            }
            after.stop();
        }
    }

    @Test
    void lockThatOutlivesItsConnectionDoesNotOutliveAnUpgrade() throws Exception {
        Events events = new Events();
        TestServer before =
                servers.start(settings -> settings.generation(Generation.G2).autoReleaseOnDisconnect(false));
        DflockdClient client = servers.client(settings ->
                settings.serverAutoRelease(false).fenceFromToken(true).listener(events));
        LockHandle kept = client.lock("k").acquire();
        before.stop();
        servers.start(settings -> settings.generation(Generation.G3)
                .autoReleaseOnDisconnect(false)
                .port(before.port()));
        assertThat(kept.awaitHeld(SOON)).isFalse();
        assertThat(kept.lossReason()).contains(LossReason.REJECTED);
        LockHandle next = client.lock("k").acquire();
        assertThat(next.fence().orElseThrow()).isGreaterThan(kept.fence().orElseThrow());
        assertThat(next.release()).isTrue();
        await().atMost(SOON).until(() -> events.count("released") == 1);
        assertThat(events.count("lost k REJECTED")).isEqualTo(1);
    }

    @Test
    void subscriptionLearnsOfSignalsAnewOnEachConnection() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        TestServer server = servers.start(settings -> settings.generation(Generation.G1));
        DflockdClient client = servers.client(server);
        client.signals()
                .subscribe(
                        "c",
                        SubscriptionOptions.defaults().withListener(new SubscriptionListener() {
                            @Override
                            public void connected(ServerAddress from, boolean again) {
                                told.add("connected");
                            }

                            @Override
                            public void refused(ServerAddress from, DflockdException cause) {
                                told.add(cause.getClass().getSimpleName());
                            }
                        }),
                        signal -> told.add(signal.payload()));
        await().atMost(SOON).untilAsserted(() -> assertThat(told).containsExactly("SignalsUnsupportedException"));
        TestServer upgraded = upgrade(server, Generation.G2);
        await().atMost(SOON).untilAsserted(() -> assertThat(told).contains("connected"));
        assertThat(client.signals().emit("c", "hello")).isEqualTo(1);
        await().atMost(SOON).untilAsserted(() -> assertThat(told).contains("hello"));
        told.clear();
        upgrade(upgraded, Generation.G3);
        await().atMost(SOON).untilAsserted(() -> assertThat(told).contains("SignalsUnsupportedException"));
        assertThatExceptionOfType(SignalsUnsupportedException.class)
                .isThrownBy(() -> client.signals().emit("c", "hello"));
        client.lock("k").acquire().close();
    }

    private TestServer upgrade(TestServer from, Generation to) {
        from.stop();
        return servers.start(settings -> settings.generation(to).port(from.port()));
    }

    /** A 2.1 server refuses everything that would be a grant, and serves what is held. */
    @Test
    void serverThatCannotWriteItsFenceFileGrantsNothingAndLosesNothing() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle held = client.lock("k").withLease(Duration.ofSeconds(2)).acquire();
        server.faults().inject(Fault.answer("error"), FaultTarget.command("l", "sl", "e", "se"));
        assertThatExceptionOfType(DflockdProtocolException.class)
                .isThrownBy(() -> client.lock("free").acquire())
                .withMessageContaining("--fence-state-file");
        assertThatExceptionOfType(DflockdProtocolException.class)
                .isThrownBy(() -> client.semaphore("pool", 2).tryAcquire());
        assertThatExceptionOfType(DflockdProtocolException.class)
                .isThrownBy(() -> client.lock("free").enqueue());
        await().atMost(SOON).until(() -> server.view().count("n") >= 2);
        assertThat(held.isHeld()).isTrue();
        assertThat(held.release()).isTrue();
        server.faults().clear();
        client.lock("k").acquire().close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"what", "error_unknown 3", "timeout"})
    void generationThatIsNotKnownIsNoFailure(String pong) throws Exception {
        TestServer server = servers.start(settings -> settings.generation(Generation.G3));
        server.faults().inject(Fault.answer(pong), FaultTarget.command("ping"));
        DflockdClient client = servers.client(server);
        assertThat(abilities(client)).isEqualTo(ServerAbilities.UNKNOWN);
        client.lock("k").acquire().close();
    }

    @Test
    void tokenOfAnotherServerIsNotHeldHere() throws Exception {
        TestServer here = servers.start(settings -> settings.generation(Generation.G2));
        TestServer there = servers.start(settings -> settings.generation(Generation.G3));
        try (ProtocolConnection own =
                        ProtocolConnection.open(ServerAddress.parse(here.address()), ConnectionOptions.defaults());
                ProtocolConnection other =
                        ProtocolConnection.open(ServerAddress.parse(there.address()), ConnectionOptions.defaults())) {
            Grant grant = own.acquire("k", Duration.ZERO, null);
            Grant foreign = other.acquire("k", Duration.ZERO, null);
            assertThatExceptionOfType(LockLostException.class)
                    .isThrownBy(() -> own.renew("k", foreign.token(), null))
                    .satisfies(lost -> assertThat(lost.reason()).isEqualTo(LossReason.REJECTED));
            assertThat(own.release("k", foreign.token())).isFalse();
            assertThat(other.release("k", grant.token())).isFalse();
            assertThat(own.release("k", grant.token())).isTrue();
            assertThat(own.stats().abilities()).isEqualTo(EXPECTED.get(Generation.G2));
            assertThat(other.stats().abilities()).isEqualTo(EXPECTED.get(Generation.G3));
        }
    }

    @ParameterizedTest
    @EnumSource(Generation.class)
    void keepAlivesAreNothingThatAServerWouldLog(Generation generation) throws Exception {
        TestServer server =
                servers.start(settings -> settings.generation(generation).readTimeout(Duration.ofSeconds(2)));
        DflockdClient client = servers.client(settings -> settings.serverReadTimeout(Duration.ofSeconds(2))
                .keepAliveInterval(Duration.ofMillis(500))
                .waitConnectionIdle(Duration.ofSeconds(1)));
        client.connect();
        await().during(Duration.ofSeconds(4))
                .atMost(SOON)
                .until(() -> server.view().connections().size() == 1);
        assertThat(server.view().count("ping")).isZero();
        assertThat(server.view().count("(unknown)")).isZero();
        assertThat(server.view().count("r")).isPositive();
    }

    @Test
    void defaultLeaseIsTheServersOwn() throws Exception {
        TestServer server = servers.start(settings -> settings.defaultLease(Duration.ofSeconds(5)));
        LockHandle handle = servers.client().lock("k").acquire();
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(5));
        assertThat(server.view().requests().get(0).argument()).isEqualTo("0");
        await().atMost(SOON).until(() -> server.view().count("n") == 1);
        assertThat(server.view().requests().stream()
                        .filter(request -> request.command().equals("n")))
                .allSatisfy(renewal -> assertThat(renewal.argument()).endsWith(" 5"));
        assertThat(handle.release()).isTrue();
    }

    @Test
    void renewalThatGivesLessThanWasAskedForShortensTheDeadline() throws Exception {
        TestServer server = servers.start();
        LockHandle handle =
                servers.client().lock("k").withLease(Duration.ofSeconds(20)).acquire();
        server.faults().inject(Fault.answer("ok 2"), FaultTarget.command("n"));
        assertThat(handle.renewAsync().get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.remainingLease()).isLessThanOrEqualTo(Duration.ofSeconds(2));
        handle.close();
    }
}
