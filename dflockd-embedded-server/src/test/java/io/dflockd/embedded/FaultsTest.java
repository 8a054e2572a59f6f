package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every fault, and every way to aim one. */
class FaultsTest extends ServerTest {

    private EmbeddedDflockdServer server;
    private Faults faults;
    private Wire a;
    private Wire b;

    @BeforeEach
    void startWithTwoClients() throws Exception {
        server = start();
        faults = server.faults();
        a = connect(server);
        b = connect(server);
    }

    @Test
    void cutClosesInsteadOfExecuting() throws Exception {
        faults.inject(Fault.cut(), FaultTarget.command("l"));
        a.send("l\nk\n0\n");
        assertThat(a.endsByReset()).isFalse();
        assertThat(server.view().lastFence()).isZero();
    }

    @Test
    void resetIsAReset() throws Exception {
        faults.inject(Fault.reset(), FaultTarget.command("l"));
        a.send("l\nk\n0\n");
        assertThat(a.endsByReset()).isTrue();
    }

    @Test
    void loseAnswerExecutesAndFrees() throws Exception {
        faults.inject(Fault.loseAnswer(), FaultTarget.next(1));
        a.send("l\nk\n0\n");
        a.expectEnd(Wire.PATIENCE_MILLIS);
        assertThat(server.view().lastFence()).isEqualTo(1);
        server.awaitQuiet(SOON);
    }

    @Test
    void cutMidLineWritesHalfAnAnswer() throws Exception {
        faults.inject(Fault.cutMidLine(), FaultTarget.next(1));
        a.send("l\nk\n0\n");
        byte[] start = a.socket().getInputStream().readNBytes(3);
        assertThat(new String(start)).isEqualTo("ok ");
        assertThatThrownBy(a::line).isInstanceOfAny(EOFException.class, SocketException.class);
    }

    @Test
    void ignoreSkipsOneRequest() throws Exception {
        faults.inject(Fault.ignore(), FaultTarget.command("stats"));
        a.send("stats\n_\n_\n");
        assertThat(a.ask("l", "k", "0")).startsWith("ok ");
    }

    @Test
    void faultsAreAimedAtAConnection() throws Exception {
        faults.inject(Fault.answer("boo"), FaultTarget.connection(idOf(server, a)));
        assertThat(b.ask("l", "k", "0")).startsWith("ok ");
        assertThat(a.ask("l", "k", "0")).isEqualTo("boo");
    }

    @Test
    void faultsAreAimedAtAKey() throws Exception {
        InjectedFault fault = faults.inject(Fault.answer("boo"), FaultTarget.key("\u00e9"));
        assertThat(a.ask("l", "k", "0")).startsWith("ok ");
        assertThat(a.ask("l", "\u00c3\u00a9", "0")).isEqualTo("boo");
        assertThat(fault.hits()).isEqualTo(1);
        fault.remove();
        assertThat(a.ask("l", "\u00c3\u00a9", "0")).startsWith("ok ");
    }

    @Test
    void faultsAreAimedAtTheNextRequestsAfterSome() throws Exception {
        InjectedFault fault = faults.inject(
                Fault.answer("boo"), FaultTarget.command("n").skipping(1).times(2));
        assertThat(a.ask("n", "k", "t")).isEqualTo("error");
        assertThat(a.ask("n", "k", "t")).isEqualTo("boo");
        assertThat(a.ask("l", "k", "0")).startsWith("ok ");
        assertThat(b.ask("n", "k", "t")).isEqualTo("boo");
        assertThat(a.ask("n", "k", "t")).isEqualTo("error");
        fault.awaitHits(2, SOON);
        assertThatThrownBy(() -> fault.awaitHits(3, millis(1))).isInstanceOf(AssertionError.class);
    }

    @Test
    void stallHoldsBackRequestsAndAnswersUntilRemoved() throws Exception {
        InjectedFault stall = faults.inject(
                Fault.stall(), FaultTarget.connection(idOf(server, a)).times(1));
        a.send("l\nk\n0\nstats\n_\n_\n");
        stall.awaitHits(1, SOON);
        a.expectSilence(100);
        assertThat(b.ask("l", "k", "0")).matches("ok [0-9a-f]{32} 33 1");

        stall.remove();

        assertThat(a.line()).isEqualTo("timeout");
        assertThat(a.line()).startsWith("ok {");
    }

    @Test
    void aStalledHolderLosesItsLeaseAndHearsNothing() throws Exception {
        String token = Wire.tokenOf(a.ask("l", "k", "0 30"));
        InjectedFault stall = faults.stall(idOf(server, a));
        a.send("n\nk\n" + token + " 30\n");
        b.send("l\nk\n20\n");
        awaitWaiters(server, "k", 1);
        server.advanceLeaseClock(seconds(30));
        assertThat(b.line()).startsWith("ok ");
        a.expectSilence(50);

        stall.remove();

        assertThat(a.line()).isEqualTo("error");
    }

    @Test
    void aStalledHolderIsCutAtTheReadTimeout() throws Exception {
        EmbeddedDflockdServer impatient = start(EmbeddedDflockdServer.builder().readTimeout(millis(2000)));
        Wire c = connect(impatient);
        c.ask("l", "k", "0 60");
        InjectedFault stall = impatient.faults().stall(idOf(impatient, c));
        impatient.awaitQuiet(SOON);
        c.expectSilence(50);
        stall.remove();
        assertThat(c.line()).isEqualTo("error");
        c.expectEnd(Wire.PATIENCE_MILLIS);
    }

    @Test
    void aStalledServerNeitherAcceptsNorAnswers() throws Exception {
        InjectedFault stall = faults.stall();
        a.send("stats\n_\n_\n");
        try (Wire c = Wire.to(server)) {
            c.send("stats\n_\n_\n");
            c.expectSilence(100);
            a.expectSilence(10);
            assertThat(server.view().connections()).hasSize(2);
            stall.remove();
            assertThat(c.line()).startsWith("ok {");
            assertThat(a.line()).startsWith("ok {");
        }
    }

    @Test
    void delayAnswersLate() throws Exception {
        faults.inject(Fault.delay(millis(3000)), FaultTarget.key("k"));
        long start = System.nanoTime();
        a.send("l\nk\n0\n");
        server.await(v -> v.holders("k").size() == 1, SOON);
        assertThat(a.socket().getInputStream().available())
                .as("executed at once")
                .isZero();
        assertThat(a.line()).startsWith("ok ");
        assertThat(System.nanoTime() - start).isGreaterThan(millis(2999).toNanos());
    }

    @Test
    void delayRequestExecutesLate() throws Exception {
        faults.inject(Fault.delayRequest(millis(2000)), FaultTarget.connection(idOf(server, a)));
        long start = System.nanoTime();
        a.send("l\nk\n0\n");
        assertThat(b.ask("l", "k", "0")).matches("ok [0-9a-f]{32} 33 1");
        assertThat(a.line()).isEqualTo("timeout");
        assertThat(System.nanoTime() - start).isGreaterThan(millis(1999).toNanos());
    }

    @Test
    void garbleReplacesTheAnswer() throws Exception {
        faults.inject(Fault.garble(), FaultTarget.next(1));
        assertThat(a.ask("l", "k", "0")).matches("[\u0080-\u00ff]+");
        assertThat(server.view().holders("k")).hasSize(1);
    }

    @Test
    void drainingAnswersAndCloses() throws Exception {
        faults.inject(Fault.draining(), FaultTarget.next(1));
        assertThat(a.ask("l", "k", "0")).isEqualTo("error_draining");
        a.expectEnd(Wire.PATIENCE_MILLIS);
    }

    @Test
    void notLeaderNamesTheLeaderOrNot() throws Exception {
        faults.inject(Fault.notLeader("10.0.0.1:6388"), FaultTarget.next(1));
        faults.inject(Fault.notLeader(), FaultTarget.next(1));
        assertThat(a.ask("l", "k", "0")).isEqualTo("error_not_leader 10.0.0.1:6388");
        assertThat(a.ask("l", "k", "0")).isEqualTo("error_not_leader");
        assertThat(a.ask("l", "k", "0")).startsWith("ok ");
    }

    @Test
    void splitSendsByteByByte() throws Exception {
        faults.inject(Fault.split(millis(2)), FaultTarget.next(1));
        long start = System.nanoTime();
        assertThat(a.ask("l", "k", "0")).matches("ok [0-9a-f]{32} 33 1");
        assertThat(System.nanoTime() - start).isGreaterThan(millis(2 * 40).toNanos());
    }

    @Test
    void pushFirstPutsASignalBeforeTheAnswer() throws Exception {
        faults.inject(Fault.pushFirst("c", "surprise"), FaultTarget.next(1));
        assertThat(a.ask("l", "k", "0")).isEqualTo("sig c surprise");
        assertThat(a.line()).startsWith("ok ");
    }

    @Test
    void grantsHaveThreeFieldsOnRequest() throws Exception {
        faults.inject(Fault.grantFields(3), FaultTarget.any());
        String token = Wire.tokenOf(a.ask("e", "k", ""));
        assertThat(a.ask("w", "k", "0")).isEqualTo("ok " + token + " 33");
        assertThat(a.ask("n", "k", token + " 9")).isEqualTo("ok 9");
        assertThat(a.ask("r", "k", token)).isEqualTo("ok");
        assertThat(a.ask("signal", "c", "x")).isEqualTo("ok 0");
    }

    @Test
    void grantsHaveFourFieldsOnRequest() throws Exception {
        EmbeddedDflockdServer old = start(EmbeddedDflockdServer.builder().generation(Generation.G1));
        old.faults().inject(Fault.grantFields(4), FaultTarget.any());
        Wire c = connect(old);
        String grant = c.ask("l", "k", "0");
        assertThat(grant).matches("ok [0-9a-f]{32} 33 1");
        assertThat(c.ask("n", "k", Wire.tokenOf(grant))).isEqualTo("ok 33 1");
    }

    @Test
    void expireGrantLeavesADeadToken() throws Exception {
        faults.inject(Fault.expireGrant(), FaultTarget.command("e"));
        assertThat(a.ask("e", "k", "")).startsWith("acquired ");
        assertThat(a.ask("w", "k", "0")).isEqualTo("error_lease_expired");
    }

    @Test
    void expireNowHandsTheLockOn() throws Exception {
        String token = Wire.tokenOf(a.ask("l", "k", "0"));
        b.send("l\nk\n20\n");
        awaitWaiters(server, "k", 1);
        assertThat(faults.expireNow("k")).isEqualTo(1);
        assertThat(b.line()).startsWith("ok ");
        assertThat(a.ask("n", "k", token)).isEqualTo("error");
        assertThat(faults.expireNow("unknown")).isZero();
    }

    @Test
    void hugeStatsIsValidAndHuge() throws Exception {
        faults.inject(Fault.hugeStats(2_000_000), FaultTarget.next(1));
        String stats = a.ask("stats", "_", "_");
        assertThat(stats.length()).isGreaterThan(2_000_000);
        Json.parse(stats.substring(3));
        assertThat(a.ask("stats", "_", "_").length()).isLessThan(1000);
    }

    @Test
    void dropPushesCountsAndDrops() throws Exception {
        a.ask("listen", ">", "");
        faults.inject(Fault.dropPushes(), FaultTarget.key("c").times(1));
        assertThat(b.ask("signal", "c", "1")).isEqualTo("ok 1");
        assertThat(b.ask("signal", "d", "2")).isEqualTo("ok 1");
        assertThat(b.ask("signal", "c", "3")).isEqualTo("ok 1");
        assertThat(a.line()).isEqualTo("sig d 2");
        assertThat(a.line()).isEqualTo("sig c 3");
    }

    @Test
    void closeAfterAcceptClosesTheNextConnections() throws Exception {
        InjectedFault fault = faults.closeAfterAccept(2);
        for (int i = 0; i < 2; i++) {
            try (Wire c = Wire.to(server)) {
                c.expectEnd(Wire.PATIENCE_MILLIS);
            }
        }
        fault.awaitHits(2, SOON);
        Wire c = connect(server);
        assertThat(idOf(server, c)).isEqualTo(3);
    }

    @Test
    void refuseConnectionsUntilRemoved() throws Exception {
        InjectedFault fault = faults.refuseConnections();
        assertThatThrownBy(() -> Wire.to(server)).isInstanceOf(ConnectException.class);
        assertThat(a.ask("l", "k", "0")).startsWith("ok ");
        fault.remove();
        assertThat(connect(server).ask("l", "k", "0")).isEqualTo("timeout");
    }

    @Test
    void connectionsAreCutResetAndTalkedToAtAnyTime() throws Exception {
        a.ask("l", "k", "0");
        b.send("l\nk\n20\n");
        awaitWaiters(server, "k", 1);
        faults.say(idOf(server, a), "error");
        assertThat(a.line()).isEqualTo("error");
        faults.cut(idOf(server, a));
        assertThat(a.endsByReset()).isFalse();
        assertThat(b.line()).startsWith("ok ");
        faults.reset(idOf(server, b));
        assertThat(b.endsByReset()).isTrue();
        faults.cut(99);
        server.awaitQuiet(SOON);
    }

    @Test
    void clearEndsAllFaults() throws Exception {
        faults.inject(Fault.answer("boo"), FaultTarget.any());
        faults.refuseConnections();
        faults.closeAfterAccept(5);
        InjectedFault stall = faults.stall();
        faults.clear();
        assertThat(connect(server).ask("l", "k", "0")).startsWith("ok ");
        stall.remove();
        assertThat(a.ask("l", "k2", "0")).startsWith("ok ");
    }

    @Test
    void faultsNeedARunningServerAndEndWithIt() throws Exception {
        InjectedFault fault = faults.inject(Fault.answer("boo"), FaultTarget.any());
        server.restart();
        assertThat(connect(server).ask("l", "k", "0")).startsWith("ok ");
        server.stop();
        fault.remove();
        assertThatThrownBy(() -> faults.cut(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void targetsAndFaultsRefuseNonsense() {
        assertThatThrownBy(() -> FaultTarget.next(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.grantFields(5)).isInstanceOf(IllegalArgumentException.class);
    }
}
