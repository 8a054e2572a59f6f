package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code e} and {@code w}, beyond the recordings. */
class TwoPhaseRulesTest extends ServerTest {

    @Test
    void aQueuedEntryIsGrantedSilentlyAndItsLeaseRunsFromThen() throws Exception {
        EmbeddedDflockdServer server = start(virtualTime(Generation.G2));
        Wire a = connect(server);
        Wire b = connect(server);
        String token = Wire.tokenOf(a.ask("l", "k", "0"));
        assertThat(b.ask("e", "k", "9")).isEqualTo("queued");
        a.ask("r", "k", token);
        server.advanceLeaseClock(seconds(4));
        assertThat(server.view().holders("k"))
                .singleElement()
                .satisfies(h -> assertThat(h.remainingLease()).isEqualTo(seconds(5)));

        assertThat(b.ask("w", "k", "0")).matches("ok [0-9a-f]{32} 9 2");

        assertThat(server.view().holders("k").get(0).remainingLease()).isEqualTo(seconds(9));
    }

    @Test
    void theSecondPhaseOfAnAcquiredEntryResetsItsLease() throws Exception {
        EmbeddedDflockdServer server = start(virtualTime(Generation.G2));
        Wire a = connect(server);
        String token = Wire.tokenOf(a.ask("e", "k", "9"));
        server.advanceLeaseClock(seconds(4));

        assertThat(a.ask("w", "k", "0")).isEqualTo("ok " + token + " 9 1");

        assertThat(server.view().holders("k").get(0).remainingLease()).isEqualTo(seconds(9));
    }

    @ParameterizedTest
    @EnumSource
    void anAcquiredEntryThatExpiredAndWasSwept(Generation generation) throws Exception {
        EmbeddedDflockdServer server = start(virtualTime(generation));
        Wire a = connect(server);
        assertThat(a.ask("e", "k", "1")).startsWith("acquired ");
        server.advanceLeaseClock(seconds(1));

        assertThat(a.ask("w", "k", "0"))
                .isEqualTo(generation == Generation.G2 ? "error_lease_expired" : "error_not_enqueued");
        assertThat(a.ask("w", "k", "0")).isEqualTo("error_not_enqueued");
    }

    @ParameterizedTest
    @EnumSource
    void aQueuedEntryThatWasGrantedAndExpired(Generation generation) throws Exception {
        EmbeddedDflockdServer server = start(virtualTime(generation));
        Wire a = connect(server);
        Wire b = connect(server);
        Wire c = connect(server);
        String token = Wire.tokenOf(a.ask("l", "k", "0"));
        assertThat(b.ask("e", "k", "1")).isEqualTo("queued");
        a.ask("r", "k", token);
        server.advanceLeaseClock(seconds(1));
        assertThat(c.ask("l", "k", "0")).startsWith("ok ");

        String answer = b.ask("w", "k", "0");

        switch (generation) {
            case G1 -> {
                // The known mistake of this generation: a dead token.
                assertThat(answer).matches("ok [0-9a-f]{32} 1");
                assertThat(b.ask("n", "k", Wire.tokenOf(answer))).isEqualTo("error");
            }
            case G2 -> assertThat(answer).isEqualTo("error_lease_expired");
            case G3 -> assertThat(answer).isEqualTo("error_not_enqueued");
        }
        assertThat(server.view().holders("k"))
                .singleElement()
                .satisfies(h -> assertThat(h.connectionId()).isEqualTo(idOf(server, c)));
    }

    @ParameterizedTest
    @EnumSource
    void anExpiredEntryMakesRoomForAnother(Generation generation) throws Exception {
        EmbeddedDflockdServer server = start(virtualTime(generation));
        Wire a = connect(server);
        assertThat(a.ask("e", "k", "1")).startsWith("acquired ");
        assertThat(a.ask("e", "k", "1")).isEqualTo("error_already_enqueued");
        server.advanceLeaseClock(seconds(1));
        assertThat(a.ask("e", "k", "1")).startsWith("acquired ");
    }

    @Test
    void anAcquireQueuesBehindTheOwnEntry() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        Wire b = connect(server);
        String token = Wire.tokenOf(a.ask("l", "k", "0"));
        assertThat(b.ask("e", "k", "")).isEqualTo("queued");
        assertThat(b.ask("l", "k", "0")).isEqualTo("timeout");
        a.ask("r", "k", token);
        assertThat(b.ask("l", "k", "0")).isEqualTo("timeout");
        assertThat(b.ask("w", "k", "0")).matches("ok [0-9a-f]{32} 33 2");
    }

    @Test
    void aReleaseFromElsewhereEndsTheTwoPhaseState() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        Wire b = connect(server);
        String token = Wire.tokenOf(a.ask("e", "k", ""));
        assertThat(b.ask("r", "k", token)).isEqualTo("ok");
        assertThat(a.ask("w", "k", "0")).isEqualTo("error_not_enqueued");
        assertThat(a.ask("e", "k", "")).startsWith("acquired ");
    }

    @Test
    void aVanishedWaiterOfASecondPhaseIsAGhostToo() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        Wire b = connect(server);
        Wire c = connect(server);
        String token = Wire.tokenOf(a.ask("l", "k", "0"));
        b.ask("e", "k", "");
        b.send("w\nk\n20\n");
        server.await(v -> v.waiters("k").stream().anyMatch(WaiterView::blocked), SOON);
        b.close();
        c.send("l\nk\n20\n");
        awaitWaiters(server, "k", 2);

        a.ask("r", "k", token);

        assertThat(c.line()).matches("ok [0-9a-f]{32} 33 3");
    }
}
