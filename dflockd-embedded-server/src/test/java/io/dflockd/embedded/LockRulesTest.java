package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Leases, ownership and ghosts, beyond the recordings. */
class LockRulesTest extends ServerTest {

    private static String fence(Generation generation, long fence) {
        return generation == Generation.G2 ? " " + fence : "";
    }

    @ParameterizedTest
    @EnumSource
    void anAcquireEvictsAnExpiredHolderWithoutASweep(Generation generation) throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder()
                .generation(generation)
                .defaultLease(millis(50))
                .leaseSweepInterval(seconds(60)));
        Wire a = connect(server);
        Wire b = connect(server);
        a.ask("l", "k", "0");
        server.await(v -> v.holders("k").get(0).remainingLease().isNegative(), SOON);

        assertThat(b.ask("l", "k", "0 7")).matches("ok [0-9a-f]{32} 7" + fence(generation, 2));
    }

    @ParameterizedTest
    @EnumSource
    void renewingAnExpiredButListedLeaseRemovesIt(Generation generation) throws Exception {
        EmbeddedDflockdServer server =
                start(EmbeddedDflockdServer.builder().generation(generation).leaseSweepInterval(seconds(60)));
        Wire a = connect(server);
        Wire b = connect(server);
        String token = Wire.tokenOf(a.ask("l", "k", "0 1"));
        b.send("l\nk\n20\n");
        awaitWaiters(server, "k", 1);
        server.await(v -> v.holders("k").get(0).remainingLease().isNegative(), SOON);

        assertThat(a.ask("n", "k", token)).isEqualTo(generation == Generation.G2 ? "error_lease_expired" : "error");
        assertThat(b.line()).startsWith("ok ");
        assertThat(a.ask("n", "k", token)).isEqualTo("error");
    }

    @ParameterizedTest
    @EnumSource
    void anExpiredButListedHolderMayRelease(Generation generation) throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder()
                .generation(generation)
                .defaultLease(millis(50))
                .leaseSweepInterval(seconds(60)));
        Wire a = connect(server);
        String token = Wire.tokenOf(a.ask("l", "k", "0"));
        server.await(v -> v.holders("k").get(0).remainingLease().isNegative(), SOON);

        assertThat(a.ask("r", "k", token)).isEqualTo("ok");
    }

    @Test
    void theSweepHandsAnExpiredLeaseToTheNextWaiter() throws Exception {
        EmbeddedDflockdServer server = start(virtualTime(Generation.G2));
        Wire a = connect(server);
        Wire b = connect(server);
        a.ask("l", "k", "0 10");
        b.send("l\nk\n20 5\n");
        awaitWaiters(server, "k", 1);

        server.advanceLeaseClock(millis(9_999));
        assertThat(server.view().holders("k")).singleElement().satisfies(h -> {
            assertThat(h.fence()).isEqualTo(1);
            assertThat(h.remainingLease()).isEqualTo(millis(1));
        });
        server.advanceLeaseClock(millis(1));
        assertThat(b.line()).matches("ok [0-9a-f]{32} 5 2");
    }

    @Test
    void aConnectionQueuesBehindItselfAndGetsTheLockWhenItsOwnLeaseEnds() throws Exception {
        EmbeddedDflockdServer server = start(virtualTime(Generation.G2));
        Wire a = connect(server);
        a.ask("l", "k", "0 10");
        a.send("l\nk\n20 5\n");
        awaitWaiters(server, "k", 1);

        server.advanceLeaseClock(seconds(10));

        assertThat(a.line()).matches("ok [0-9a-f]{32} 5 2");
    }

    @ParameterizedTest
    @EnumSource
    void aWrongTokenIsAUseOfItsKeyUpToG2(Generation generation) throws Exception {
        EmbeddedDflockdServer server = start(virtualTime(generation).gcMaxIdle(seconds(10)));
        Wire a = connect(server);
        assertThat(a.ask("sr", "s", Wire.tokenOf(a.ask("sl", "s", "0 2")))).isEqualTo("ok");
        for (int i = 0; i < 2; i++) {
            server.advanceLeaseClock(seconds(9));
            assertThat(a.ask("sr", "s", "wrong")).isEqualTo("error");
            assertThat(a.ask("sn", "s", "wrong")).isEqualTo("error");
        }
        boolean forgotten = generation == Generation.G3;
        assertThat(server.view().keys()).hasSize(forgotten ? 0 : 1);
    }

    @Test
    void aVanishedWaiterIsNoticedInG3() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().generation(Generation.G3));
        Wire a = connect(server);
        Wire b = connect(server);
        a.ask("l", "k", "0");
        long before = server.view().lastFence();
        b.send("l\nk\n20\n");
        awaitWaiters(server, "k", 1);
        b.abort();
        server.await(v -> v.waiters("k").isEmpty() && v.connections().size() == 1, SOON);
        assertThat(server.view().lastFence()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "G3")
    void aVanishedWaiterStaysQueuedAndTakesItsGrant(Generation generation) throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().generation(generation));
        Wire a = connect(server);
        Wire b = connect(server);
        Wire c = connect(server);
        String token = Wire.tokenOf(a.ask("l", "k", "0"));
        b.send("l\nk\n20\n");
        awaitWaiters(server, "k", 1);
        b.abort();
        c.send("l\nk\n20\n");
        awaitWaiters(server, "k", 2);
        assertThat(server.view().connections()).hasSize(3);

        assertThat(a.ask("r", "k", token)).isEqualTo("ok");

        assertThat(c.line()).matches("ok [0-9a-f]{32} 33" + fence(generation, 3));
        server.await(v -> v.connections().size() == 2, SOON);
    }

    @Test
    void aVanishedWaiterLeavesWhenItsTimeIsUp() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        Wire b = connect(server);
        a.ask("l", "k", "0");
        b.send("l\nk\n1\n");
        awaitWaiters(server, "k", 1);
        b.close();

        server.await(v -> v.waiters("k").isEmpty() && v.connections().size() == 1, SOON);
        assertThat(server.view().lastFence()).isEqualTo(1);
    }

    @Test
    void theEndOfAConnectionTakesItOutOfEveryQueue() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        Wire b = connect(server);
        Wire c = connect(server);
        String token = Wire.tokenOf(a.ask("l", "k", "0"));
        assertThat(b.ask("e", "k", "")).isEqualTo("queued");
        c.send("l\nk\n20\n");
        awaitWaiters(server, "k", 2);
        b.close();
        awaitWaiters(server, "k", 1);

        a.ask("r", "k", token);

        assertThat(c.line()).matches("ok [0-9a-f]{32} 33 2");
    }

    @Test
    void withoutAutoReleaseAnotherConnectionAdoptsTheToken() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().autoReleaseOnDisconnect(false));
        Wire a = connect(server);
        Wire b = connect(server);
        String token = Wire.tokenOf(a.ask("l", "k", "0 60"));
        a.close();
        server.await(v -> v.connections().size() == 1, SOON);

        assertThat(b.ask("n", "k", token + " 30")).isEqualTo("ok 30 1");
        assertThat(b.ask("r", "k", token)).isEqualTo("ok");
    }

    @Test
    void oneConnectionHoldsSeveralSlots() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        assertThat(a.ask("sl", "s", "0 2")).matches("ok [0-9a-f]{32} 33 1");
        assertThat(a.ask("sl", "s", "0 2")).matches("ok [0-9a-f]{32} 33 2");
        assertThat(a.ask("sl", "s", "0 2")).isEqualTo("timeout");
        a.close();
        server.awaitQuiet(SOON);
    }

    @Test
    void anIdleSemaphoreIsForgottenWithItsLimit() throws Exception {
        EmbeddedDflockdServer server = start(virtualTime(Generation.G2).maxLocks(1));
        Wire a = connect(server);
        String token = Wire.tokenOf(a.ask("sl", "s", "0 2"));
        a.ask("sr", "s", token);
        server.advanceLeaseClock(seconds(60));
        assertThat(a.ask("sl", "s", "0 3")).isEqualTo("error_limit_mismatch");
        assertThat(a.ask("l", "other", "0")).isEqualTo("error_max_locks");

        server.advanceLeaseClock(seconds(61));
        assertThat(a.ask("sl", "s", "0 3")).startsWith("ok ");
    }

    @Test
    void aRestartForgetsEverythingAndKeepsThePort() throws Exception {
        EmbeddedDflockdServer server = start();
        int port = server.port();
        Wire a = connect(server);
        a.ask("l", "k", "0");

        server.restart();

        a.expectEnd(Wire.PATIENCE_MILLIS);
        assertThat(server.port()).isEqualTo(port);
        assertThat(connect(server).ask("l", "k", "0")).matches("ok [0-9a-f]{32} 33 1");
        assertThat(server.view().connections())
                .singleElement()
                .satisfies(c -> assertThat(c.id()).isEqualTo(1));
    }
}
