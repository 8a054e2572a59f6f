package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestFault;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Lines in pieces, answers that come late, twice, garbled or unasked: none is taken for the answer of another request. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class WireIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void linesThatArriveByteByByteAreUnderstood() throws Exception {
        TestServer server = servers.start();
        server.faults().inject(Fault.split(Duration.ofMillis(1)), FaultTarget.any());
        DflockdClient client = servers.client();
        LockHandle handle = client.lock("schl\u00FCssel-\uD83D\uDD12").acquire();
        assertThat(handle.token()).matches("[0-9a-f]{32}");
        assertThat(handle.renewAsync().get(20, TimeUnit.SECONDS)).isTrue();
        ServerStats stats = client.statsAsync(handle.server()).get(20, TimeUnit.SECONDS);
        assertThat(stats.locks()).extracting(ServerStats.Lock::key).containsExactly("schl\u00FCssel-\uD83D\uDD12");
        assertThat(handle.release()).isTrue();
    }

    @Test
    void manyAnswersInOneSegmentAreToldApart() throws Exception {
        servers.start();
        DflockdClient client = servers.client();
        List<CompletableFuture<LockHandle>> asked = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            asked.add(client.lock("k" + i).acquireAsync());
        }
        for (int i = 0; i < 500; i++) {
            LockHandle handle = asked.get(i).get(20, TimeUnit.SECONDS);
            assertThat(handle.key()).isEqualTo("k" + i);
            assertThat(handle.release()).as("the token is its own").isTrue();
        }
    }

    @Test
    void lateAnswerIsNeverTakenForTheAnswerOfTheNextRequest() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.requestTimeout(Duration.ofMillis(300)));
        client.connect();
        server.faults()
                .inject(
                        Fault.delay(Duration.ofMillis(900)),
                        FaultTarget.key("late").onCommand("l").times(1));
        assertThatExceptionOfType(RequestTimeoutException.class)
                .isThrownBy(() -> client.lock("late").tryAcquire());
        LockHandle next = client.lock("next").acquire();
        assertThat(next.key()).isEqualTo("next");
        assertThat(server.view().holders("next"))
                .singleElement()
                .satisfies(holder -> assertThat(holder.token()).isEqualTo(next.token()));
        server.await(view -> view.holders("late").isEmpty(), SOON);
        assertThat(server.view().connections()).as("the session is kept").hasSize(1);
        assertThat(next.releaseAsync().get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void timeoutOfARequestDoesNotCostTheSessionItsLocks() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.requestTimeout(Duration.ofMillis(300)));
        LockHandle held = client.lock("held").acquire();
        server.faults()
                .inject(
                        Fault.delay(Duration.ofMillis(900)),
                        FaultTarget.key("late").onCommand("l").times(1));
        assertThatExceptionOfType(RequestTimeoutException.class)
                .isThrownBy(() -> client.lock("late").tryAcquire());
        assertThat(held.isHeld()).isTrue();
        await().during(Duration.ofSeconds(1)).atMost(SOON).until(held::isHeld);
        assertThat(held.releaseAsync().get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void partingErrorIsNotTakenForAnAnswerButForTheEndOfTheConnection() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle handle = client.lock("k").acquire();
        CompletableFuture<LossReason> lost = new CompletableFuture<>();
        handle.onLost((gone, reason) -> lost.complete(reason));
        server.faults()
                .inject(Fault.answerAndClose("error"), FaultTarget.command("n").times(1));
        assertThat(handle.renewAsync().get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(lost.get(20, TimeUnit.SECONDS)).isEqualTo(LossReason.CONNECTION_LOST);
    }

    @Test
    void partingErrorToOneWhoWaitsIsAskedAgain() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        client.connect();
        server.faults()
                .inject(Fault.answerAndClose("error"), FaultTarget.command("l").times(1));
        LockHandle handle = client.lock("k").acquire();
        assertThat(handle.isHeld()).isTrue();
        handle.close();
    }

    @Test
    void partingErrorOfAnIdleConnectionAnswersNoLaterRequest() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        client.connect();
        for (int i = 0; i < 20; i++) {
            long id = server.view().connections().get(0).id();
            server.faults().say(id, "error");
            server.faults().cut(id);
            try (LockHandle handle = client.lock("k").acquire()) {
                assertThat(handle.isHeld()).isTrue();
            }
        }
    }

    @Test
    void lineThatNobodyAskedForEndsTheConnection() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        LockHandle handle = client.lock("k").acquire();
        server.faults().say(server.view().connections().get(0).id(), "ok 0123456789abcdef0123456789abcdef 33 9");
        await().atMost(SOON).until(() -> !handle.isHeld());
        await().atMost(SOON).until(() -> events.count("disconnected ConnectionClosedException") == 1);
        LockHandle again = client.lock("k").acquire();
        assertThat(again.token()).isNotEqualTo("0123456789abcdef0123456789abcdef");
        again.close();
    }

    @Test
    void signalThatIsPushedToAConnectionOfLocksIsPassedOver() throws Exception {
        TestServer server = servers.start();
        server.faults().inject(Fault.pushFirst("channel", "ok 0123 33"), FaultTarget.command("l", "n", "r"));
        LockHandle handle = servers.client().lock("k").acquire();
        assertThat(server.view().holders("k").get(0).token()).isEqualTo(handle.token());
        assertThat(handle.renewAsync().get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.release()).isTrue();
    }

    @Test
    void garbledAnswerIsAProtocolErrorAndLeavesNoOrphan() throws Exception {
        TestServer server = servers.start(settings -> settings.defaultLease(Duration.ofSeconds(60)));
        DflockdClient client = servers.client();
        LockHandle before = servers.client(server).lock("k").acquire();
        TestFault garbled = server.faults()
                .inject(
                        Fault.garble(),
                        FaultTarget.command("l").onKey("k").skipping(1).times(1));
        CompletableFuture<LockHandle> waiting = client.lock("k").acquireAsync();
        server.await(view -> view.waiters("k").size() == 1, SOON);
        before.close();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
                .withCauseInstanceOf(DflockdException.class);
        garbled.awaitHits(1, SOON);
        server.await(view -> view.isQuiet(), SOON);
    }

    @Test
    void connectionCutInTheMiddleOfALineIsALostConnection() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        server.faults().inject(Fault.cutMidLine(), FaultTarget.command("l").times(2));
        assertThatExceptionOfType(ConnectionClosedException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire());
        LockHandle handle = client.lock("k").acquire();
        assertThat(handle.isHeld()).isTrue();
        handle.close();
    }

    @Test
    void lineWithoutEndIsAProtocolErrorOfBoundedSize() throws Exception {
        TestServer server = servers.start();
        server.faults()
                .inject(
                        Fault.answer("x".repeat(300_000)),
                        FaultTarget.command("l").times(1));
        DflockdClient client = servers.client();
        assertThatExceptionOfType(DflockdProtocolException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire())
                .withMessageContaining("131072 bytes")
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(400));
        client.lock("k").acquire().close();
    }

    @Test
    void statsOfManyMegabytesAreReadWhileLocksGoOn() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.requestTimeout(Duration.ofSeconds(30)));
        LockHandle held = client.lock("k").withLease(Duration.ofSeconds(5)).acquire();
        server.faults().inject(Fault.hugeStats(20_000_000), FaultTarget.command("stats"));
        CompletableFuture<ServerStats> asked = client.statsAsync(held.server());
        Optional<LockHandle> other = client.lock("other").tryAcquire();
        assertThat(other).isPresent();
        other.get().close();
        assertThat(asked.get(40, TimeUnit.SECONDS).connections()).isPositive();
        assertThat(held.isHeld()).isTrue();
        assertThat(held.release()).isTrue();
    }

    @Test
    void statsLongerThanTheLimitAreAProtocolErrorOfThatRequestOnly() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.maxStatsBytes(100_000));
        LockHandle held = client.lock("k").acquire();
        server.faults()
                .inject(Fault.hugeStats(200_000), FaultTarget.command("stats").times(1));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> client.statsAsync(held.server()).get(20, TimeUnit.SECONDS))
                .withCauseInstanceOf(DflockdProtocolException.class)
                .withMessageContaining("100000 bytes");
        assertThat(held.isHeld()).isTrue();
        Map<ServerAddress, ServerStats> stats = client.stats();
        assertThat(stats.get(held.server()).locks()).hasSize(1);
        assertThat(held.release()).isTrue();
    }

    @Test
    void statsThatAreNoJsonAreAProtocolError() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        for (String answer : List.of(
                "ok",
                "ok {",
                "ok []",
                "ok {\"locks\":[1]}",
                "ok nonsense",
                "okay {}",
                "ok {\"a\":\"\\uZZZZ\"}",
                "error")) {
            server.faults()
                    .inject(Fault.answer(answer), FaultTarget.command("stats").times(1));
            assertThatExceptionOfType(ExecutionException.class)
                    .as(answer)
                    .isThrownBy(() -> client.statsAsync(client.servers().get(0)).get(20, TimeUnit.SECONDS))
                    .withCauseInstanceOf(DflockdProtocolException.class);
        }
        assertThat(client.stats()).hasSize(1);
    }

    @Test
    void statsOfServersToComeAreReadAsFarAsTheyAreKnown() throws Exception {
        TestServer server = servers.start();
        server.faults()
                .inject(
                        Fault.answer(
                                "ok {\"connections\":3,\"cluster\":{\"leader\":null,\"n\":[1,2.5,-3e4,true]},\"locks\":[{\"key\":\"a\\u003cb\","
                                        + "\"owner_conn_id\":18446744073709551615,\"lease_expires_in_s\":1.5,\"waiters\":2,\"new\":{}}],"
                                        + "\"signal_channels\":null}"),
                        FaultTarget.command("stats"));
        DflockdClient client = servers.client();
        ServerStats stats = client.stats().values().iterator().next();
        assertThat(stats.connections()).isEqualTo(3);
        assertThat(stats.signalChannels()).isEmpty();
        assertThat(stats.locks()).singleElement().satisfies(lock -> {
            assertThat(lock.key()).isEqualTo("a<b");
            assertThat(Long.toUnsignedString(lock.ownerConnectionId())).isEqualTo("18446744073709551615");
            assertThat(lock.leaseRemaining()).isEqualTo(Duration.ofMillis(1500));
            assertThat(lock.waiters()).isEqualTo(2);
        });
    }

    @Test
    void statsAreAskedOnAConnectionThatOwnsNothing() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle held = client.lock("k").acquire();
        server.faults().inject(Fault.ignore(), FaultTarget.command("stats"));
        CompletableFuture<ServerStats> asked = client.statsAsync(held.server());
        server.await(view -> view.count("stats") == 1, SOON);
        assertThat(held.renewAsync().get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(asked).isNotDone();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> asked.get(20, TimeUnit.SECONDS))
                .withCauseInstanceOf(RequestTimeoutException.class);
        assertThat(held.release()).isTrue();
    }
}
