package io.dflockd.client.internal.lock;

import static io.dflockd.client.internal.lock.LockKit.TICK;
import static io.dflockd.client.internal.lock.LockKit.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LossReason;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.settings.HoldLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One lock with a lease of 20 s and with a minimum or maximum time, to the tick. */
class HoldLimitsTests {

    private static final Duration NANO = Duration.ofNanos(1);

    private final LockKit kit = new LockKit();

    private final ServerEnd session = kit.session();

    private final List<LossReason> losses = new ArrayList<>();

    private LockSpec spec(Duration atLeast, Duration atMost) {
        return kit.spec().withLimits(HoldLimits.of(atLeast, atMost));
    }

    private LockHandle acquire(LockSpec spec) {
        LockHandle handle = kit.acquire(session, spec, "ok t0 20");
        handle.onLost((lost, reason) -> losses.add(reason));
        return handle;
    }

    private LockHandle acquireAtLeast(Duration atLeast) {
        return acquire(spec(atLeast, null));
    }

    private LockHandle acquireAtMost(Duration atMost) {
        return acquire(spec(null, atMost));
    }

    private CompletableFuture<Boolean> release(LockHandle handle) {
        CompletableFuture<Boolean> released = handle.releaseAsync();
        kit.loop.settle();
        return released;
    }

    private int held() {
        return kit.register.snapshot(Map.of(), List.of()).held().size();
    }

    // --- at least

    @ParameterizedTest
    @CsvSource({"PT0.000001S, PT0S", "PT0.25S, PT0.1S", "PT1S, PT0S", "PT1S, PT0.99S", "PT6.5S, PT5S"})
    void releaseIsSentWhenTheMinimumTimeIsOver(Duration atLeast, Duration after) {
        LockHandle handle = acquireAtLeast(atLeast);
        kit.loop.advance(after);
        assertThat(release(handle)).isCompletedWithValue(true);
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
        assertThat(held()).isZero();
        kit.loop.advance(atLeast.minus(after).minus(NANO));
        assertThat(session.requests()).doesNotContain("r k t0");
        kit.loop.advance(TICK);
        assertThat(session.requests()).contains("r k t0");
        session.answer("ok");
        assertThat(kit.loop.events().all()).contains("released k true");
        assertThat(losses).isEmpty();
    }

    @Test
    void releaseAfterTheMinimumTimeIsSentAtOnce() {
        LockHandle handle = acquireAtLeast(seconds(2));
        kit.loop.advance(seconds(2));
        CompletableFuture<Boolean> released = release(handle);
        assertThat(released).isNotDone();
        assertThat(session.request()).isEqualTo("r k t0");
        session.answer("ok");
        assertThat(released).isCompletedWithValue(true);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keptLockIsRenewedWhetherOrNotTheHeldOneIs(boolean renewal) {
        LockSpec spec = spec(seconds(60), null);
        LockHandle handle = acquire(renewal ? spec : spec.withoutRenewal());
        release(handle);
        int renewals = 0;
        while (kit.loop.elapsed().compareTo(seconds(60)) < 0) {
            for (String request : session.requests()) {
                if (request.startsWith("n k t0")) {
                    renewals++;
                    session.answer("ok 20");
                } else {
                    assertThat(request).isEqualTo("r _ _");
                    session.answer("error");
                }
            }
            kit.loop.advance(Duration.ofMillis(100));
        }
        assertThat(renewals).isGreaterThanOrEqualTo(5);
        kit.loop.advance(TICK);
        assertThat(session.requests()).contains("r k t0");
    }

    @Test
    void leaseThatEndsBeforeTheMinimumTimeEndsItQuietly() {
        release(acquireAtLeast(seconds(60)));
        kit.loop.pass(seconds(20));
        kit.loop.settle();
        kit.loop.advance(TICK);
        assertThat(session.requests()).as("what the server may still have").contains("r k t0");
        assertThat(kit.loop.events().all()).contains("released k false");
        assertThat(kit.loop.events().count("lost")).isZero();
        assertThat(losses).isEmpty();
    }

    @Test
    void endOfTheConnectionBeforeTheLoopKnowsOfTheReleaseIsNoLoss() {
        LockHandle handle = acquireAtLeast(seconds(60));
        assertThat(TestLoop.start(handle::release).join()).isTrue();
        session.connection().close(new ConnectionClosedException("cut"));
        kit.loop.settle();
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
        assertThat(losses).isEmpty();
        assertThat(kit.loop.events().count("lost")).isZero();
        assertThat(kit.closeAndDrain()).isCompleted();
        assertThat(kit.register.whenNoneKept()).isCompleted();
    }

    @Test
    void secondReleaseAnswersAsTheFirstWhateverHappensMeanwhile() {
        LockHandle handle = acquireAtLeast(seconds(60));
        assertThat(release(handle)).isCompletedWithValue(true);
        assertThat(release(handle)).isCompletedWithValue(true);
        session.close();
        assertThat(release(handle)).isCompletedWithValue(true);
    }

    @Test
    void handleThatIsPastItsDeadlineIsLostByTheRelease() {
        LockHandle handle = acquireAtLeast(seconds(60));
        kit.loop.pass(seconds(20));
        assertThat(TestLoop.start(handle::release).join()).isFalse();
        kit.loop.settle();
        assertThat(losses).containsExactly(LossReason.LEASE_EXPIRED);
    }

    // --- close

    @Test
    void closeDoesNotTakeAKeptLockForAHeldOne() {
        LockHandle kept = acquireAtLeast(seconds(5));
        CompletableFuture<Void> drained = kit.closeAndDrain();
        assertThat(drained).as("still held").isNotDone();
        release(kept);
        assertThat(drained).isCompleted();
        CompletableFuture<Void> noneKept = kit.register.whenNoneKept();
        assertThat(noneKept).isNotDone();
        session.requests();
        kit.loop.advance(seconds(5).plus(TICK));
        assertThat(session.requests()).contains("r k t0");
        session.answer("ok");
        assertThat(noneKept).isCompleted();
        assertThat(losses).isEmpty();
    }

    @Test
    void closeReleasesKeptLocksWhenItsLimitIsOver() {
        release(acquireAtLeast(seconds(600)));
        kit.closeAndDrain();
        kit.register.loseAll();
        kit.loop.settle();
        assertThat(session.requests()).doesNotContain("r k t0");
        assertThat(kit.register.releaseKept()).isCompleted();
        assertThat(session.requests()).contains("r k t0");
        session.answer("ok");
        assertThat(kit.loop.events().all()).contains("released k true");
        assertThat(kit.loop.events().count("lost")).isZero();
    }

    // --- at most

    @ParameterizedTest
    @CsvSource({"PT0.000001S", "PT0.25S", "PT1S", "PT19S"})
    void lockIsLostAtItsMaximumTime(Duration atMost) {
        LockHandle handle = acquireAtMost(atMost);
        assertThat(handle.remainingLease()).isEqualTo(atMost);
        kit.advanceAlive(session, atMost.minus(NANO));
        assertThat(handle.isHeld()).isTrue();
        kit.loop.pass(NANO);
        assertThat(TestLoop.start(handle::isHeld).join())
                .as("before the loop notices")
                .isFalse();
        kit.loop.settle();
        assertThat(losses).containsExactly(LossReason.HELD_TOO_LONG);
        assertThat(session.requests()).contains("r k t0");
        assertThat(kit.loop.events().count("lost k HELD_TOO_LONG")).isEqualTo(1);
    }

    @Test
    void timerOfTheLoopReportsIt() {
        LockHandle handle = acquireAtMost(seconds(3));
        kit.loop.advance(seconds(3).plus(TICK));
        assertThat(losses).containsExactly(LossReason.HELD_TOO_LONG);
        assertThat(release(handle)).isCompletedWithValue(false);
    }

    @Test
    void leaseThatHasEndedTooIsTheReason() {
        LockHandle handle = acquireAtMost(seconds(19));
        kit.loop.pass(seconds(20));
        assertThat(TestLoop.start(handle::isHeld).join()).isFalse();
        assertThat(handle.lossReason()).contains(LossReason.LEASE_EXPIRED);
    }

    @Test
    void answerToARenewalThatComesAfterItChangesNothing() {
        LockHandle handle = acquireAtMost(seconds(1));
        CompletableFuture<Boolean> renewed = handle.renewAsync();
        kit.loop.advance(seconds(1).plus(TICK));
        assertThat(renewed).isCompletedWithValue(false);
        assertThat(session.requests()).containsExactly("n k t0 20", "r k t0");
        session.answer("ok 20", "ok");
        assertThat(handle.isHeld()).isFalse();
        assertThat(losses).containsExactly(LossReason.HELD_TOO_LONG);
    }

    // --- changed

    @Test
    void limitsThatAreChangedCountFromThen() {
        LockHandle handle = acquireAtMost(seconds(5));
        kit.loop.advance(seconds(4));
        assertThat(handle.limitHold(seconds(2), seconds(6))).isTrue();
        kit.loop.advance(seconds(1));
        assertThat(handle.isHeld()).isTrue();
        assertThat(handle.remainingLease()).isEqualTo(seconds(5));
        assertThat(release(handle)).isCompletedWithValue(true);
        kit.loop.advance(seconds(1).minus(NANO));
        assertThat(session.requests()).doesNotContain("r k t0");
        kit.loop.advance(TICK);
        assertThat(session.requests()).contains("r k t0");
    }

    @Test
    void maximumThatIsShortenedIsNoticedByTheLoop() {
        LockHandle handle = acquireAtMost(null);
        assertThat(handle.limitHold(null, Duration.ofMillis(50))).isTrue();
        kit.loop.advance(Duration.ofMillis(50).plus(TICK));
        assertThat(losses).containsExactly(LossReason.HELD_TOO_LONG);
        assertThat(handle.limitHold(null, seconds(9))).isFalse();
    }

    // --- another lease

    @Test
    void shorterLeaseCountsAsSoonAsItIsSent() {
        LockHandle handle = acquire(kit.spec());
        CompletableFuture<Boolean> renewed = handle.renewAsync(seconds(1.2));
        assertThat(session.request()).isEqualTo("n k t0 2");
        assertThat(handle.lease()).isEqualTo(seconds(2));
        assertThat(handle.remainingLease()).isEqualTo(seconds(2));
        kit.loop.advance(seconds(1));
        session.answer("ok 2");
        assertThat(renewed).isCompletedWithValue(true);
        assertThat(handle.remainingLease()).as("from the sending").isEqualTo(seconds(1));
    }

    @Test
    void longerLeaseCountsWhenItIsConfirmed() {
        LockHandle handle = acquire(kit.spec());
        CompletableFuture<Boolean> renewed = handle.renewAsync(seconds(300));
        assertThat(session.request()).isEqualTo("n k t0 300");
        assertThat(handle.remainingLease()).isEqualTo(seconds(20));
        assertThat(renewed).isNotDone();
        session.answer("ok 300");
        assertThat(renewed).isCompletedWithValue(true);
        assertThat(handle.remainingLease()).as("the silence of the server").isEqualTo(seconds(22));
    }

    @Test
    void leaseThatTheServerCutsIsNotBelieved() {
        LockHandle handle = acquire(kit.spec());
        handle.renewAsync(seconds(15));
        assertThat(session.request()).isEqualTo("n k t0 15");
        session.answer("ok 10");
        assertThat(handle.remainingLease()).isEqualTo(seconds(10));
    }

    @Test
    void renewalWithTheFormerLeaseDoesNotConfirmTheNewOne() {
        LockHandle handle = acquire(kit.spec());
        CompletableFuture<Boolean> before = handle.renewAsync();
        CompletableFuture<Boolean> changed = handle.renewAsync(seconds(5));
        assertThat(session.request()).isEqualTo("n k t0 20");
        session.answer("ok 20");
        assertThat(before).isNotDone();
        assertThat(changed).isNotDone();
        assertThat(session.request()).isEqualTo("n k t0 5");
        session.answer("ok 5");
        assertThat(before).isCompletedWithValue(true);
        assertThat(changed).isCompletedWithValue(true);
        assertThat(handle.remainingLease()).isEqualTo(seconds(5));
    }

    @Test
    void releaseEndsAChangeOfTheLease() {
        LockHandle handle = acquire(kit.spec());
        CompletableFuture<Boolean> changed = handle.renewAsync(seconds(5));
        release(handle);
        assertThat(changed).isCompletedWithValue(false);
    }
}
