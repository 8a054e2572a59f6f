package io.dflockd.client.internal.lock;

import static io.dflockd.client.internal.lock.LockKit.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockKind;
import io.dflockd.client.LossReason;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.internal.net.ServerEnd;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What a client holds and waits for, and what the close makes of it. */
class LockRegisterTests {

    private final LockKit kit = new LockKit();

    private final ServerEnd session = kit.session();

    private ClientSnapshot snapshot() {
        return kit.locks.register().snapshot(Map.of(ServerEnd.ADDRESS, 1), List.of());
    }

    private CompletableFuture<Void> loseAll() {
        CompletableFuture<Void> told = kit.locks.register().loseAll();
        kit.loop.settle();
        return told;
    }

    // --- snapshots

    @Test
    void snapshotShowsWhatIsHeldAndWaitedFor() {
        LockHandle handle = kit.acquire(session, kit.semaphoreSpec().withName("jobs"), "ok t0 20");
        kit.loop.advance(seconds(2));
        kit.locks.lock("other").withName("busy").acquireAsync();
        kit.loop.settle();
        kit.loop.advance(seconds(1));
        assertThat(snapshot())
                .isEqualTo(new ClientSnapshot(
                        List.of(new ClientSnapshot.Held(
                                LockKind.SEMAPHORE,
                                "jobs",
                                "k",
                                ServerEnd.ADDRESS,
                                LockHandle.State.HELD,
                                seconds(3),
                                seconds(17))),
                        List.of(new ClientSnapshot.Waiting(
                                LockKind.LOCK, "busy", "other", ServerEnd.ADDRESS, seconds(1))),
                        Map.of(ServerEnd.ADDRESS, 1),
                        List.of()));
        assertThat(snapshot().toString()).as("a text with the token").doesNotContain(handle.token());
    }

    @Test
    void snapshotForgetsWhatIsOver() {
        kit.acquire(session, kit.spec(), "ok t0 20").releaseAsync();
        CompletableFuture<LockHandle> waiting = kit.locks.lock("other").acquireAsync();
        kit.loop.settle();
        assertThat(snapshot().held()).isEmpty();
        waiting.cancel(true);
        session.answer("ok", "ok t1 20");
        assertThat(snapshot().held()).isEmpty();
        assertThat(snapshot().waiting()).isEmpty();
    }

    // --- the close

    @Test
    void drainFailsWhatWaits() {
        CompletableFuture<LockHandle> waiting = kit.locks.lock("a").acquireAsync();
        CompletableFuture<QueuedAcquisition> joining = kit.locks.lock("b").enqueueAsync();
        kit.loop.settle();
        assertThat(kit.closeAndDrain()).isCompleted();
        assertThat(waiting)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(ClientClosedException.class);
        assertThat(joining)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(ClientClosedException.class);
        assertThat(snapshot().waiting()).isEmpty();
    }

    @Test
    void drainWaitsForTheServersWordOnEveryHandle() {
        LockHandle first = kit.acquire(session, kit.spec(), "ok t0 20");
        LockHandle second = kit.acquire(session, kit.spec(), "ok t1 20");
        CompletableFuture<Void> drained = kit.closeAndDrain();
        assertThat(drained).isNotDone();
        first.releaseAsync();
        second.releaseAsync();
        kit.loop.settle();
        session.answer("ok");
        assertThat(drained).isNotDone();
        session.answer("ok");
        assertThat(drained).isCompleted();
    }

    @Test
    void lossEndsTheDrainToo() {
        kit.acquire(session, kit.spec(), "ok t0 20");
        CompletableFuture<Void> drained = kit.closeAndDrain();
        session.close();
        assertThat(drained).isCompleted();
    }

    @Test
    void grantThatComesDuringTheDrainIsReleased() {
        CompletableFuture<LockHandle> waiting = kit.locks.lock("k").acquireAsync();
        assertThat(session.request()).isEqualTo("l k 0");
        kit.closeAndDrain();
        assertThat(waiting).isCompletedExceptionally();
        session.answer("ok t0 20");
        assertThat(session.request()).isEqualTo("r k t0");
    }

    @Test
    void whatIsStillHeldIsLostAtTheEndAndReleased() {
        LockHandle handle = kit.acquire(session, kit.spec(), "ok t0 20");
        kit.closeAndDrain();
        assertThat(loseAll()).isCompleted();
        assertThat(handle.lossReason()).contains(LossReason.CLIENT_CLOSED);
        assertThat(kit.loop.events().all()).contains("lost k CLIENT_CLOSED");
        assertThat(session.request()).isEqualTo("r k t0");
    }

    @Test
    void serverThatKeepsLocksHasToBeToldBeforeTheEnd() {
        kit.settings.serverAutoRelease = false;
        kit.acquire(session, kit.spec(), "ok t0 20");
        kit.closeAndDrain();
        CompletableFuture<Void> told = loseAll();
        assertThat(session.request()).isEqualTo("r k t0");
        assertThat(told).isNotDone();
        session.answer("ok");
        assertThat(told).isCompleted();
    }

    // --- requests of a closed client, and servers

    @Test
    void closedClientTakesNothing() {
        kit.loop.close();
        assertThat(kit.locks.lock("k").acquireAsync())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(ClientClosedException.class);
        assertThatExceptionOfType(ClientClosedException.class).isThrownBy(() -> {
            try {
                kit.loop.onAnotherThread(() -> kit.locks.lock("k").acquire());
            } catch (CompletionException ex) {
                throw ex.getCause();
            }
        });
        assertThat(session.requests()).isEmpty();
    }

    @Test
    void silentSessionMakesBlockedWaitsAskAgain() {
        CompletableFuture<LockHandle> waiting =
                kit.locks.lock("k").withAcquireTimeout(Duration.ofMinutes(5)).acquireAsync();
        kit.loop.settle();
        session.answer("timeout");
        ServerEnd wait = kit.dialer.connect();
        assertThat(wait.request()).isEqualTo("l k 300");
        kit.loop.advance(seconds(22.1));
        assertThat(session.isOpen()).isFalse();
        assertThat(wait.isOpen()).as("the wait behind the same dead path").isFalse();
        kit.loop.advance(seconds(1));
        ServerEnd again = kit.dialer.connect();
        assertThat(again.request()).isEqualTo("l k 0");
        again.answer("ok t0 20");
        assertThat(waiting.join().isHeld()).isTrue();
    }
}
