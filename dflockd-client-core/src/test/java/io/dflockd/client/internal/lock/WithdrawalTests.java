package io.dflockd.client.internal.lock;

import static io.dflockd.client.internal.lock.LockKit.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.internal.net.ServerEnd;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Callers that leave, and grants that nobody has any more. */
class WithdrawalTests {

    private final LockKit kit = new LockKit();

    @Test
    void futureOfAPlaceThatIsCompletedEarlyWithdrawsIt() {
        CompletableFuture<QueuedAcquisition> place = kit.locks.lock("k").enqueueAsync();
        kit.loop.settle();
        place.complete(null);
        kit.loop.settle();
        ServerEnd server = kit.dialer.connect();
        assertThat(server.requests()).isEmpty();
        assertThat(kit.register.snapshot(Map.of(), List.of()).held()).isEmpty();
    }

    @Test
    void callerThatLeavesWhileItIsRefusedHarmsNoOtherLock() {
        ServerEnd session = kit.session();
        CompletableFuture<LockHandle> other = kit.locks.lock("other").acquireAsync();
        kit.loop.settle();
        session.requests();
        session.answer("ok t9 33");
        kit.loop.settle();
        Caller<Optional<LockHandle>> caller = kit.asyncCaller();
        Acquisition acquisition = new Acquisition(
                kit.register, kit.server, kit.spec(), caller, seconds(60).toNanos());
        acquisition.start();
        session.requests();
        caller.future().cancel(false);
        session.answer("error_max_locks");
        assertThat(acquisition.state()).isEqualTo(Acquisition.State.DONE);
        assertThat(other.join().isHeld()).isTrue();
    }

    /** A wait that is blocked at the server, on a server that keeps the locks of lost connections. */
    private ServerEnd blockedWait(ServerEnd session, Caller<Optional<LockHandle>> caller, Duration patience) {
        new Acquisition(kit.register, kit.server, kit.spec(), caller, patience.toNanos()).start();
        session.requests();
        session.answer("timeout");
        ServerEnd wait = kit.dialer.connect();
        assertThat(wait.request()).startsWith("l k");
        return wait;
    }

    @Test
    void withdrawnGrantWhoseReleaseIsLostIsReleasedByItsToken() {
        kit.settings.serverAutoRelease = false;
        ServerEnd session = kit.session();
        Caller<Optional<LockHandle>> caller = kit.asyncCaller();
        ServerEnd wait = blockedWait(session, caller, seconds(60));
        caller.future().cancel(false);
        kit.loop.settle();
        wait.answer("ok t0 33");
        assertThat(wait.request()).isEqualTo("r k t0");
        wait.close();
        kit.advanceAlive(session, seconds(1));
        assertThat(session.requests()).contains("r k t0");
    }

    @Test
    void grantWhoseConfirmationIsLostIsReleasedByItsToken() {
        kit.settings.serverAutoRelease = false;
        ServerEnd session = kit.session();
        ServerEnd wait = blockedWait(session, kit.asyncCaller(), seconds(60));
        kit.advanceAlive(session, seconds(18));
        wait.answer("ok t0 33");
        assertThat(wait.request()).startsWith("n k t0");
        wait.close();
        assertThat(session.requests()).startsWith("r k t0");
    }

    @Test
    void confirmationOutsideTheProtocolFailsTheAcquisition() {
        ServerEnd session = kit.session();
        Caller<Optional<LockHandle>> caller = kit.asyncCaller();
        ServerEnd wait = blockedWait(session, caller, seconds(60));
        kit.advanceAlive(session, seconds(18));
        wait.answer("ok t0 33");
        wait.request();
        wait.answer("ok abc");
        assertThat(LockKit.outcome(caller)).contains("DflockdProtocolException");
    }

    @Test
    void withdrawnWaitThatWasAnsweredLeavesNoTimer() {
        kit.settings.serverAutoRelease = false;
        ServerEnd session = kit.session();
        Caller<Optional<LockHandle>> caller = kit.asyncCaller();
        ServerEnd wait = blockedWait(session, caller, Duration.ofDays(300));
        caller.future().cancel(false);
        kit.loop.settle();
        wait.answer("ok t0 33");
        wait.request();
        wait.answer("ok");
        wait.close();
        session.close();
        kit.loop.advance(seconds(60));
        assertThat(kit.loop.isIdle()).isTrue();
    }

    @Test
    void awaitThatDoesNotWaitEndsAtOnceWhileTheServerBlocks() {
        QueuePlace place = new QueuePlace(kit.register, kit.server, kit.spec());
        place.join();
        ServerEnd server = kit.dialer.connect();
        server.answer("queued");
        kit.advanceAlive(server, seconds(7));
        Caller<Optional<LockHandle>> caller = kit.asyncCaller();
        place.await(caller, 0);
        kit.loop.advance(Duration.ofMillis(100));
        assertThat(LockKit.outcome(caller)).isNotEqualTo("open");
    }
}
