package io.dflockd.client.internal.lock;

import static io.dflockd.client.internal.lock.LockKit.TICK;
import static io.dflockd.client.internal.lock.LockKit.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.LockHandle;
import io.dflockd.client.internal.net.ServerEnd;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that keeps the locks of lost connections is told by token, until the lease of 20 s would have ended anyway. */
class ReleaseByTokenTests {

    private final LockKit kit = new LockKit();

    private ServerEnd session = kit.session();

    @BeforeEach
    void serverKeepsLocks() {
        kit.settings.serverAutoRelease = false;
    }

    /** A lock on a connection that breaks, of a client that is closed. The result is complete when the server need not be told any more. */
    private CompletableFuture<Void> lose() {
        kit.acquire(session, kit.spec(), "ok t0 20");
        session.close();
        kit.closeAndDrain();
        return kit.register.loseAll();
    }

    private ServerEnd nextConnection() {
        kit.loop.advance(Duration.ofMillis(60));
        return kit.dialer.connect();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok", "error"})
    void tokenIsReleasedOnTheNextConnection(String answer) {
        CompletableFuture<Void> over = lose();
        session = nextConnection();
        assertThat(session.request()).isEqualTo("r k t0");
        assertThat(over).isNotDone();
        session.answer(answer);
        if (answer.equals("error")) {
            session.answer("error");
        }
        assertThat(over).isCompleted();
        kit.loop.advance(Duration.ofSeconds(6));
        assertThat(session.requests()).doesNotContain("r k t0");
    }

    @Test
    void serverThatIsAwayIsTriedUntilItIsBack() {
        CompletableFuture<Void> over = lose();
        for (int i = 0; i < 5; i++) {
            kit.loop.advance(seconds(2.1));
            kit.dialer.refuse();
        }
        kit.loop.advance(seconds(2.1));
        session = kit.dialer.connect();
        assertThat(session.request()).isEqualTo("r k t0");
        session.answer("ok");
        assertThat(over).isCompleted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"error_not_leader", "nonsense"})
    void otherAnswersAreTriedAgain(String answer) {
        CompletableFuture<Void> over = lose();
        session = nextConnection();
        session.requests();
        session.answer(answer);
        assertThat(over).isNotDone();
        kit.loop.advance(Duration.ofMillis(60));
        assertThat(session.request()).isEqualTo("r k t0");
        session.answer("ok");
        assertThat(over).isCompleted();
    }

    @Test
    void serverThatDrainsIsToldOnTheNextConnection() {
        CompletableFuture<Void> over = lose();
        nextConnection().answer("error_draining");
        assertThat(over).isNotDone();
        session = nextConnection();
        assertThat(session.request()).isEqualTo("r k t0");
        session.answer("ok");
        assertThat(over).isCompleted();
    }

    @Test
    void connectionThatBreaksMeanwhileIsReplaced() {
        CompletableFuture<Void> over = lose();
        nextConnection().close();
        session = nextConnection();
        assertThat(session.request()).isEqualTo("r k t0");
        session.answer("ok");
        assertThat(over).isCompleted();
    }

    @Test
    void endOfTheLeaseEndsIt() {
        CompletableFuture<Void> over = lose();
        for (int i = 0; i < 40 && !over.isDone(); i++) {
            if (kit.dialer.underWay() > 0) {
                kit.dialer.refuse();
            }
            kit.loop.advance(seconds(1));
        }
        assertThat(over).isCompleted();
        assertThat(kit.loop.elapsed()).isBetween(seconds(17), seconds(24));
    }

    @Test
    void closeOfTheConnectionsEndsIt() {
        CompletableFuture<Void> over = lose();
        kit.connections.close();
        kit.loop.settle();
        assertThat(over).isCompleted();
        kit.loop.advance(seconds(30));
        assertThat(kit.loop.isIdle()).isTrue();
    }

    @Test
    void drainDoesNotWaitForWhatNoOwnerHasAnyMore() {
        LockHandle released = kit.acquire(session, kit.spec(), "ok t0 20");
        LockHandle lost = kit.acquire(session, kit.spec(), "ok t1 20");
        session.close();
        released.releaseAsync();
        CompletableFuture<Void> drained = kit.closeAndDrain();
        assertThat(drained).as("one is suspended").isNotDone();
        kit.loop.advance(kit.settings.requestTimeout);
        kit.dialer.refuse();
        kit.loop.advance(seconds(15).plus(TICK));
        assertThat(lost.state()).isEqualTo(LockHandle.State.LOST);
        assertThat(drained).as("nothing is held").isCompleted();
    }

    @Test
    void unconfirmedReleaseIsFinishedOnTheNextConnection() {
        LockHandle handle = kit.acquire(session, kit.spec(), "ok t0 20");
        CompletableFuture<Boolean> released = handle.releaseAsync();
        kit.loop.settle();
        session.close();
        assertThat(released).isCompletedWithValue(false);
        session = nextConnection();
        assertThat(session.request()).isEqualTo("r k t0");
    }

    @Test
    void serverThatFreesWhatConnectionsHeldIsNotTold() {
        kit.settings.serverAutoRelease = true;
        assertThat(lose()).isCompleted();
        kit.loop.advance(seconds(5).plus(TICK));
        assertThat(kit.dialer.underWay()).isZero();
    }
}
