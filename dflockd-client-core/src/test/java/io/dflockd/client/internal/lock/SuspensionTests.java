package io.dflockd.client.internal.lock;

import static io.dflockd.client.internal.lock.LockKit.TICK;
import static io.dflockd.client.internal.lock.LockKit.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockHandle.State;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockSuspendedException;
import io.dflockd.client.LossReason;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.settings.HoldLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A lock with a lease of 20 s whose connection ends at a server that keeps such locks. */
class SuspensionTests {

    private final LockKit kit = new LockKit();

    private ServerEnd session = kit.session();

    /** What loss listeners were told. */
    private final List<String> losses = new ArrayList<>();

    @BeforeEach
    void serverKeepsLocks() {
        kit.settings.serverAutoRelease = false;
    }

    private LockHandle suspended() {
        return suspended(kit.spec());
    }

    private LockHandle suspended(LockSpec spec) {
        LockHandle handle = kit.acquire(session, spec, "ok t0 20");
        handle.onLost((lost, reason) -> losses.add(lost.token() + " " + reason));
        session.close();
        assertThat(handle.state()).isEqualTo(State.SUSPENDED);
        return handle;
    }

    private ServerEnd nextConnection() {
        kit.loop.advance(Duration.ofMillis(60));
        session = kit.dialer.connect();
        return session;
    }

    private long events(String name) {
        return kit.loop.events().count(name);
    }

    @Test
    void endOfTheConnectionSuspends() {
        LockHandle handle = suspended();
        assertThat(handle.isHeld()).isFalse();
        assertThat(handle.lossReason()).isEmpty();
        assertThat(handle.remainingLease()).isEqualTo(seconds(20));
        assertThat(handle).hasToString("lock 'k' on server:6388: SUSPENDED");
        assertThat(losses).isEmpty();
        assertThat(events("suspended")).isEqualTo(1);
        assertThat(events("lost")).isZero();
        assertThatExceptionOfType(LockSuspendedException.class)
                .isThrownBy(handle::ensureHeld)
                .withMessageContaining("'k'")
                .withMessageContaining("server:6388")
                .withMessageContaining("awaitHeld");
    }

    @Test
    void otherServersLoseTheLockAtOnce() {
        kit.settings.serverAutoRelease = true;
        LockHandle handle = kit.acquire(session, kit.spec(), "ok t0 20");
        session.close();
        assertThat(handle.lossReason()).contains(LossReason.CONNECTION_LOST);
        assertThat(events("suspended")).isZero();
    }

    @Test
    void confirmedTokenResumes() {
        LockHandle handle = suspended();
        CompletableFuture<Boolean> held = handle.heldAsync();
        nextConnection();
        assertThat(session.request()).isEqualTo("n k t0 20");
        assertThat(held).isNotDone();
        session.answer("ok 20");
        assertThat(handle.state()).isEqualTo(State.HELD);
        assertThat(held).isCompletedWithValue(true);
        assertThat(handle.remainingLease()).isEqualTo(seconds(20));
        assertThat(events("resumed")).isEqualTo(1);
        assertThat(losses).isEmpty();
        handle.ensureHeld();
    }

    @Test
    void resumedLockIsRenewedAndReleasedOnItsNewConnection() {
        LockHandle handle = suspended();
        nextConnection();
        assertThat(session.request()).isEqualTo("n k t0 20");
        session.answer("ok 20");
        kit.advanceAlive(session, seconds(10));
        assertThat(session.request()).isEqualTo("n k t0 20");
        session.answer("ok 20");
        CompletableFuture<Boolean> released = handle.releaseAsync();
        assertThat(session.request()).isEqualTo("r k t0");
        session.answer("ok");
        assertThat(released).isCompletedWithValue(true);
        assertThat(kit.closeAndDrain()).isCompleted();
    }

    @Test
    void resumedLockIsSuspendedAgain() {
        LockHandle handle = suspended();
        nextConnection();
        session.answer("ok 20");
        session.close();
        assertThat(handle.state()).isEqualTo(State.SUSPENDED);
        nextConnection();
        session.answer("ok 20");
        assertThat(handle.state()).isEqualTo(State.HELD);
        assertThat(events("suspended")).isEqualTo(2);
        assertThat(events("resumed")).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"error, REJECTED", "error_lease_expired, LEASE_EXPIRED"})
    void refusedTokenIsLostOnce(String answer, LossReason reason) {
        LockHandle handle = suspended();
        CompletableFuture<Boolean> held = handle.heldAsync();
        nextConnection();
        session.requests();
        session.answer(answer);
        if (answer.equals("error")) {
            // It may also be the last word of a connection. The client asks, and this is the answer.
            session.answer("error");
        }
        assertThat(handle.state()).isEqualTo(State.LOST);
        assertThat(handle.lossReason()).contains(reason);
        assertThat(held).isCompletedWithValue(false);
        assertThat(losses).containsExactly("t0 " + reason);
        assertThat(events("lost")).isEqualTo(1);
        assertThatExceptionOfType(LockLostException.class).isThrownBy(handle::ensureHeld);
    }

    @Test
    void deadlineEndsIt() {
        LockHandle handle = suspended();
        CompletableFuture<Boolean> held = handle.heldAsync();
        for (int i = 0; i < 19; i++) {
            kit.loop.advance(seconds(1));
            if (kit.dialer.underWay() > 0) {
                kit.dialer.refuse();
            }
        }
        assertThat(handle.state()).isEqualTo(State.SUSPENDED);
        assertThat(handle.remainingLease()).isEqualTo(seconds(1));
        kit.loop.advance(seconds(1).plus(TICK));
        assertThat(handle.lossReason()).contains(LossReason.LEASE_EXPIRED);
        assertThat(held).isCompletedWithValue(false);
        assertThat(losses).containsExactly("t0 LEASE_EXPIRED");
    }

    @Test
    void deadlineCountsForAThreadThatAsksBeforeTheLoopNotices() {
        LockHandle handle = suspended();
        kit.loop.pass(seconds(20));
        assertThat(TestLoop.start(handle::state).join()).isEqualTo(State.LOST);
        kit.loop.settle();
        assertThat(losses).containsExactly("t0 LEASE_EXPIRED");
    }

    @Test
    void maximumTimeEndsIt() {
        LockHandle handle = suspended(kit.spec().withLimits(HoldLimits.of(null, seconds(5))));
        kit.loop.advance(seconds(5).plus(TICK));
        assertThat(handle.lossReason()).contains(LossReason.HELD_TOO_LONG);
    }

    @Test
    void confirmationAfterTheDeadlineIsReleased() {
        LockHandle handle = suspended();
        nextConnection();
        assertThat(session.request()).isEqualTo("n k t0 20");
        kit.loop.advance(seconds(14));
        LockKit.keepAlive(session);
        kit.loop.pass(seconds(6));
        assertThat(TestLoop.start(handle::isHeld).join()).isFalse();
        session.answer("ok 20");
        assertThat(handle.lossReason()).contains(LossReason.LEASE_EXPIRED);
        assertThat(session.requests()).contains("r k t0");
    }

    @Test
    void confirmationAfterADeadlineThatNobodyHasNoticedIsReleased() {
        LockHandle handle = kit.acquire(session, kit.spec(), "ok t0 10");
        session.close();
        kit.loop.advance(seconds(5));
        session = kit.dialer.connect();
        assertThat(session.request()).isEqualTo("n k t0 10");
        kit.loop.pass(seconds(6));
        session.answerBeforeTimers("ok 10");
        assertThat(handle.lossReason()).contains(LossReason.LEASE_EXPIRED);
        assertThat(session.requests()).contains("r k t0");
        assertThat(events("lost")).isEqualTo(1);
        assertThat(events("resumed")).isZero();
    }

    @Test
    void answerAfterTheEndIsNotFollowedByAnotherRequest() {
        LockHandle handle = suspended();
        nextConnection();
        CompletableFuture<Boolean> released = handle.releaseAsync();
        assertThat(session.requests()).containsExactly("n k t0 20", "r k t0");
        session.answer("error_not_leader", "ok");
        assertThat(released).isCompletedWithValue(true);
        kit.loop.advance(seconds(5));
        assertThat(session.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"error_not_leader", "nonsense", "ok x"})
    void otherAnswersAreAskedAgain(String answer) {
        LockHandle handle = suspended();
        nextConnection();
        session.requests();
        session.answer(answer);
        assertThat(handle.state()).isEqualTo(State.SUSPENDED);
        assertThat(session.requests()).as("not in a hot loop").isEmpty();
        kit.loop.advance(Duration.ofMillis(60));
        assertThat(session.request()).isEqualTo("n k t0 20");
        session.answer("ok 20");
        assertThat(handle.state()).isEqualTo(State.HELD);
    }

    @Test
    void serverThatDrainsIsAskedAgainOnTheNextConnection() {
        LockHandle handle = suspended();
        nextConnection().answer("error_draining");
        assertThat(session.isOpen()).isFalse();
        assertThat(handle.state()).isEqualTo(State.SUSPENDED);
        assertThat(kit.dialer.underWay()).as("not in a hot loop").isZero();
        nextConnection();
        assertThat(session.request()).isEqualTo("n k t0 20");
        session.answer("ok 20");
        assertThat(handle.state()).isEqualTo(State.HELD);
    }

    @Test
    void connectionThatBreaksMeanwhileIsReplaced() {
        LockHandle handle = suspended();
        nextConnection().close();
        nextConnection();
        assertThat(session.request()).isEqualTo("n k t0 20");
        session.answer("ok 20");
        assertThat(handle.state()).isEqualTo(State.HELD);
    }

    @Test
    void serverThatConfirmsAndHangsUpIsAskedLessAndLessOften() {
        LockHandle handle = suspended();
        int connections = 0;
        while (kit.loop.elapsed().compareTo(seconds(5)) < 0) {
            if (kit.dialer.underWay() > 0) {
                session = kit.dialer.connect();
                session.answer("ok 20");
                assertThat(handle.isHeld()).isTrue();
                session.close();
                connections++;
            }
            kit.loop.advance(TICK);
        }
        assertThat(connections).isBetween(7, 12);
        assertThat(events("suspended")).isEqualTo(connections + 1);
    }

    @Test
    void waitConnectionThatEndsIsAskedForOnTheSession() {
        LockHandle first = kit.acquire(session, kit.spec(), "ok t0 20");
        Caller<LockHandle> caller = Caller.async(handle -> handle, () -> null, kit.loop.loop());
        new Acquisition(
                        kit.register,
                        kit.server,
                        kit.spec(),
                        caller,
                        seconds(10).toNanos())
                .start();
        assertThat(session.request()).isEqualTo("l k 0");
        session.answer("timeout");
        ServerEnd wait = kit.dialer.connect();
        assertThat(wait.request()).startsWith("l k 10");
        wait.answer("ok t1 20");
        LockHandle second = caller.future().join();
        wait.close();
        assertThat(second.state()).isEqualTo(State.SUSPENDED);
        assertThat(session.request()).isEqualTo("n k t1 20");
        session.answer("ok 20");
        assertThat(second.state()).isEqualTo(State.HELD);
        assertThat(first.state()).isEqualTo(State.HELD);
    }

    @Test
    void releaseIsSentOnTheNextConnectionAndConfirmed() {
        LockHandle handle = suspended();
        CompletableFuture<Boolean> held = handle.heldAsync();
        CompletableFuture<Boolean> released = handle.releaseAsync();
        kit.loop.settle();
        assertThat(handle.state()).isEqualTo(State.RELEASED);
        assertThat(held).isCompletedWithValue(false);
        nextConnection();
        assertThat(session.request()).isEqualTo("r k t0");
        assertThat(released).isNotDone();
        session.answer("ok");
        assertThat(released).isCompletedWithValue(true);
        assertThat(losses).isEmpty();
        assertThat(kit.closeAndDrain()).isCompleted();
    }

    @Test
    void releaseWhileTheRenewalIsUnderWayFollowsIt() {
        LockHandle handle = suspended();
        nextConnection();
        CompletableFuture<Boolean> released = handle.releaseAsync();
        assertThat(session.requests()).containsExactly("n k t0 20", "r k t0");
        session.answer("ok 20", "ok");
        assertThat(released).isCompletedWithValue(true);
        assertThat(events("resumed")).isZero();
    }

    @Test
    void releaseThatNobodyAnswersIsUnconfirmedAfterTheRequestTimeout() {
        LockHandle handle = suspended();
        CompletableFuture<Boolean> released = handle.releaseAsync();
        kit.loop.advance(kit.settings.requestTimeout.plus(TICK));
        assertThat(released).isCompletedWithValue(false);
    }

    @Test
    void releaseBeforeTheMinimumTimeIsOverIsSentAfterIt() {
        LockHandle handle = suspended(kit.spec().withLimits(HoldLimits.of(seconds(5), null)));
        CompletableFuture<Boolean> released = handle.releaseAsync();
        kit.loop.settle();
        assertThat(released).isCompletedWithValue(true);
        assertThat(handle.state()).isEqualTo(State.RELEASED);
        kit.loop.advance(seconds(4));
        kit.loop.advance(seconds(1).plus(TICK));
        session = kit.dialer.connect();
        assertThat(session.request()).isEqualTo("r k t0");
        assertThat(losses).isEmpty();
    }

    // --- kept

    private LockHandle suspendedAtLeast(Duration atLeast) {
        return suspended(kit.spec().withLimits(HoldLimits.of(atLeast, null)));
    }

    private LockHandle keptAndCut(Duration atLeast) {
        LockHandle handle = kit.acquire(session, kit.spec().withLimits(HoldLimits.of(atLeast, null)), "ok t0 20");
        handle.onLost((lost, reason) -> losses.add(lost.token() + " " + reason));
        assertThat(handle.releaseAsync()).isNotNull();
        session.close();
        assertThat(handle.state()).isEqualTo(State.RELEASED);
        return handle;
    }

    private void assertReleasedQuietly(String event) {
        assertThat(losses).isEmpty();
        assertThat(events("lost")).isZero();
        assertThat(kit.loop.events().all()).contains(event);
    }

    /** A close as the engine does it, up to the release of what is kept. */
    private CompletableFuture<Void> closeToTheReleaseOfTheKept() {
        CompletableFuture<Void> drained = kit.closeAndDrain();
        assertThat(drained).as("nothing is held").isCompleted();
        assertThat(kit.register.loseAll()).isCompleted();
        assertThat(kit.register.whenNoneKept()).as("one is kept").isNotDone();
        return kit.register.releaseKept();
    }

    @Test
    void lockThatIsReleasedWhileSuspendedIsKeptAndNotHeldForAClose() {
        LockHandle handle = suspendedAtLeast(seconds(600));
        CompletableFuture<Boolean> held = handle.heldAsync();
        assertThat(handle.releaseAsync()).isNotNull();
        kit.loop.settle();
        assertThat(held).as("nobody waits for a lock that is released").isCompletedWithValue(false);
        CompletableFuture<Void> released = closeToTheReleaseOfTheKept();
        assertThat(released).isNotDone();
        nextConnection();
        assertThat(session.request()).isEqualTo("r k t0");
        session.answer("ok");
        assertThat(released).isCompleted();
        assertReleasedQuietly("released k true");
    }

    @Test
    void keptLockWhoseConnectionIsCutIsReleasedByTheClose() {
        keptAndCut(seconds(600));
        CompletableFuture<Void> released = closeToTheReleaseOfTheKept();
        assertThat(released).isNotDone();
        nextConnection();
        assertThat(session.request()).isEqualTo("r k t0");
        session.answer("ok");
        assertThat(released).isCompleted();
        assertReleasedQuietly("released k true");
    }

    @Test
    void keptLockWhoseConnectionIsCutIsReleasedAfterItsMinimumTime() {
        keptAndCut(seconds(5));
        for (int i = 0; i < 4; i++) {
            kit.loop.advance(seconds(1));
            if (kit.dialer.underWay() > 0) {
                kit.dialer.refuse();
            }
        }
        kit.loop.advance(seconds(1).plus(TICK));
        nextConnection();
        assertThat(session.request()).isEqualTo("r k t0");
        session.answer("ok");
        assertReleasedQuietly("released k true");
        assertThat(kit.register.whenNoneKept()).isCompleted();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keptLockIsKeptOnTheNextConnectionForLongerThanItsLease(boolean renewal) {
        LockSpec spec = kit.spec().withLimits(HoldLimits.of(seconds(50), null));
        LockHandle handle = suspended(renewal ? spec : spec.withoutRenewal());
        assertThat(handle.releaseAsync()).isNotNull();
        nextConnection();
        assertThat(session.request()).isEqualTo("n k t0 20");
        session.answer("ok 20");
        while (kit.loop.elapsed().compareTo(seconds(50)) < 0) {
            for (String request : session.requests()) {
                session.answer(request.startsWith("n k t0") ? "ok 20" : "error");
                assertThat(request).isIn("n k t0 20", "r _ _");
            }
            kit.loop.advance(Duration.ofMillis(100));
        }
        kit.loop.advance(TICK);
        assertThat(session.requests()).contains("r k t0");
        session.answer("ok");
        assertReleasedQuietly("released k true");
        assertThat(events("resumed")).isZero();
    }

    @Test
    void keptLockThatTheServerHasForgottenIsNoLoss() {
        keptAndCut(seconds(600));
        nextConnection();
        assertThat(session.request()).isEqualTo("n k t0 20");
        session.answer("error_lease_expired");
        assertReleasedQuietly("released k false");
        session.requests();
        session.answer("error", "error");
        assertThat(kit.register.whenNoneKept()).isCompleted();
        assertThat(events("suspended")).isZero();
    }

    @Test
    void keptLockWhoseLeaseEndsWithoutAConnectionIsFree() {
        keptAndCut(seconds(600));
        for (int i = 0; i < 20; i++) {
            kit.loop.advance(seconds(1));
            if (kit.dialer.underWay() > 0) {
                kit.dialer.refuse();
            }
        }
        kit.loop.advance(TICK);
        assertReleasedQuietly("released k false");
    }

    @Test
    void resumptionBetweenTheReleaseAndItsTaskDoesNotEndTheMinimumTime() {
        LockHandle handle = suspendedAtLeast(seconds(5));
        nextConnection();
        assertThat(session.request()).isEqualTo("n k t0 20");
        assertThat(handle.releaseAsync()).isNotNull();
        session.answerFirst("ok 20");
        assertThat(handle.state()).isEqualTo(State.RELEASED);
        assertThat(session.requests()).as("too early").isEmpty();
        kit.advanceAlive(session, seconds(5).minus(kit.loop.elapsed()).minusNanos(1));
        assertThat(session.requests()).as("too early").isEmpty();
        kit.loop.advance(TICK);
        assertThat(session.request()).isEqualTo("r k t0");
        session.answer("ok");
        assertReleasedQuietly("released k true");
        assertThat(events("resumed")).isZero();
        assertThat(kit.closeAndDrain()).isCompleted();
    }

    @Test
    void cutBetweenTheReleaseAndItsTaskKeepsIt() {
        LockHandle handle = kit.acquire(session, kit.spec().withLimits(HoldLimits.of(seconds(5), null)), "ok t0 20");
        assertThat(handle.releaseAsync()).isNotNull();
        session.connection().close(new ConnectionClosedException("cut"));
        kit.loop.settle();
        nextConnection();
        assertThat(session.request()).isEqualTo("n k t0 20");
        session.answer("ok 20");
        kit.advanceAlive(session, seconds(5).minus(kit.loop.elapsed()).minusNanos(1));
        assertThat(session.requests()).isEmpty();
        kit.loop.advance(TICK);
        assertThat(session.request()).isEqualTo("r k t0");
    }

    @Test
    void handleThatNobodyReceivedIsNotKeptThoughItIsSuspended() {
        LockHandle handle = suspendedAtLeast(seconds(5));
        ((Handle) handle).releaseUnused();
        nextConnection();
        assertThat(session.request()).isEqualTo("r k t0");
    }

    // --- renewed

    @Test
    void renewalThatACallerWantsEndsWithTheSuspension() {
        LockHandle handle = suspended();
        CompletableFuture<Boolean> renewed = handle.renewAsync();
        kit.loop.settle();
        assertThat(renewed).isNotDone();
        nextConnection();
        session.answer("ok 20");
        assertThat(renewed).isCompletedWithValue(true);
    }

    @Test
    void anotherLeaseIsAskedForAsSoonAsItIsHeldAgain() {
        LockHandle handle = suspended();
        nextConnection();
        assertThat(session.request()).isEqualTo("n k t0 20");
        CompletableFuture<Boolean> renewed = handle.renewAsync(seconds(60));
        kit.loop.settle();
        session.answer("ok 20");
        assertThat(renewed).isNotDone();
        assertThat(session.request()).isEqualTo("n k t0 60");
        session.answer("ok 60");
        assertThat(renewed).isCompletedWithValue(true);
        assertThat(handle.remainingLease()).isEqualTo(seconds(60));
    }

    @Test
    void closeOfTheClientLosesItAndReleasesIt() {
        LockHandle handle = suspended();
        assertThat(kit.closeAndDrain()).isNotDone();
        CompletableFuture<Void> told = kit.register.loseAll();
        kit.loop.settle();
        assertThat(handle.lossReason()).contains(LossReason.CLIENT_CLOSED);
        nextConnection();
        assertThat(session.request()).isEqualTo("r k t0");
        assertThat(told).isNotDone();
        session.answer("ok");
        assertThat(told).isCompleted();
        assertThat(losses).containsExactly("t0 CLIENT_CLOSED");
    }

    @Test
    void snapshotShowsIt() {
        suspended(kit.spec());
        ClientSnapshot snapshot = kit.register.snapshot(Map.of(), List.of());
        assertThat(snapshot.held()).singleElement().satisfies(held -> {
            assertThat(held.state()).isEqualTo(State.SUSPENDED);
            assertThat(held.key()).isEqualTo("k");
        });
    }

    @Test
    void waitIsOverWithTheVerdict() {
        LockHandle handle = suspended();
        assertThat(await(handle, Duration.ZERO).join()).isFalse();
        CompletableFuture<Boolean> waiting = await(handle, seconds(30));
        nextConnection();
        session.answer("ok 20");
        assertThat(waiting.join()).isTrue();
        assertThat(await(handle, Duration.ZERO).join()).isTrue();
    }

    private static CompletableFuture<Boolean> await(LockHandle handle, Duration timeout) {
        return TestLoop.start(() -> handle.awaitHeld(timeout));
    }

    @Test
    void nothingIsLeftBehind() {
        LockHandle handle = suspended();
        nextConnection();
        session.answer("ok 20");
        CompletableFuture<Boolean> unused = handle.releaseAsync();
        kit.loop.settle();
        session.answer("ok");
        kit.connections.close();
        kit.loop.settle();
        kit.loop.advance(seconds(30));
        assertThat(kit.loop.isIdle()).isTrue();
    }
}
