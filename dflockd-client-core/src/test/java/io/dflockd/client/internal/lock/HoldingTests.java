package io.dflockd.client.internal.lock;

import static io.dflockd.client.internal.lock.LockKit.TICK;
import static io.dflockd.client.internal.lock.LockKit.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LossReason;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.net.ServerEnd;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One held lock with a lease of 20 s: how it is lost, released and forgotten. */
class HoldingTests {

    private static final String GRANT = "ok t0 20";

    private final LockKit kit = new LockKit();

    private final ServerEnd session = kit.session();

    /** What loss listeners were told. */
    private final List<String> losses = new ArrayList<>();

    private LockHandle acquire() {
        return acquire(kit.spec());
    }

    private LockHandle acquire(LockSpec spec) {
        LockHandle handle = kit.acquire(session, spec, GRANT);
        handle.onLost((lost, reason) -> losses.add(lost.token() + " " + reason));
        return handle;
    }

    private long eventsOfLoss() {
        return kit.loop.events().count("lost");
    }

    // --- held

    @Test
    void handleKnowsWhatTheServerGranted() {
        LockHandle handle = kit.acquire(session, kit.spec(), "ok t0 20 7");
        assertThat(handle.key()).isEqualTo("k");
        assertThat(handle.token()).isEqualTo("t0");
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(20));
        assertThat(handle.fence()).hasValue(7);
        assertThat(handle.server()).isEqualTo(ServerEnd.ADDRESS);
        assertThat(handle.state()).isEqualTo(LockHandle.State.HELD);
        assertThat(handle.isHeld()).isTrue();
        assertThat(handle.lossReason()).isEmpty();
        assertThat(handle.remainingLease()).isEqualTo(Duration.ofSeconds(20));
        assertThat(handle).hasToString("lock 'k' on server:6388: HELD");
        handle.ensureHeld();
        kit.loop.advance(seconds(3));
        assertThat(handle.remainingLease()).isEqualTo(Duration.ofSeconds(17));
    }

    @Test
    void grantWithoutAFenceHasNone() {
        assertThat(acquire().fence()).isEmpty();
    }

    // --- lost at its deadline

    @Test
    void leaseThatIsNotRenewedEndsIt() {
        LockHandle handle = acquire(kit.spec().withoutRenewal());
        kit.advanceAlive(session, seconds(20).minusNanos(1));
        assertThat(handle.isHeld()).isTrue();
        assertThat(losses).isEmpty();
        kit.advanceAlive(session, TICK);
        assertThat(handle.state()).isEqualTo(LockHandle.State.LOST);
        assertThat(handle.lossReason()).contains(LossReason.LEASE_EXPIRED);
        assertThat(losses).containsExactly("t0 LEASE_EXPIRED");
        assertThat(eventsOfLoss()).isEqualTo(1);
        assertThat(session.requests()).as("what the server may still have").containsExactly("r k t0");
    }

    @Test
    void silenceOfTheServerEndsItThoughTheLeaseIsLonger() {
        LockHandle handle = kit.acquire(session, kit.spec().withoutRenewal(), "ok t0 300");
        assertThat(handle.remainingLease()).isEqualTo(seconds(22));
        kit.loop.pass(seconds(22));
        assertThat(TestLoop.start(handle::isHeld).join()).isFalse();
        assertThat(handle.lossReason()).contains(LossReason.SERVER_SILENT);
    }

    @Test
    void answersOnTheConnectionEndTheSilence() {
        LockHandle handle = kit.acquire(session, kit.spec().withoutRenewal(), "ok t0 300");
        kit.advanceAlive(session, Duration.ofSeconds(299));
        assertThat(handle.isHeld()).isTrue();
        kit.advanceAlive(session, seconds(1.01));
        assertThat(handle.lossReason()).contains(LossReason.LEASE_EXPIRED);
    }

    @Test
    void deadlineCountsForAThreadThatAsksBeforeTheLoopNotices() {
        LockHandle handle = acquire();
        kit.loop.pass(seconds(20));
        assertThat(TestLoop.start(() -> handle.remainingLease().isZero() && !handle.isHeld())
                        .join())
                .isTrue();
        assertThat(TestLoop.start(handle::state).join()).isEqualTo(LockHandle.State.LOST);
        assertThat(losses).as("before the loop has run").isEmpty();
        kit.loop.settle();
        assertThat(losses).containsExactly("t0 LEASE_EXPIRED");
        assertThat(eventsOfLoss()).isEqualTo(1);
    }

    @Test
    void lossIsToldOnceHoweverManyFindIt() {
        LockHandle handle = acquire();
        kit.loop.pass(seconds(21));
        List<CompletableFuture<Boolean>> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(TestLoop.start(handle::isHeld));
        }
        threads.forEach(CompletableFuture::join);
        session.close();
        kit.loop.advance(Duration.ofMinutes(1));
        assertThat(losses).containsExactly("t0 LEASE_EXPIRED");
        assertThat(eventsOfLoss()).isEqualTo(1);
    }

    @Test
    void lossIsToldThoughTheHandleIsDroppedBeforeTheLoopCan() {
        WeakReference<LockHandle> dropped = new WeakReference<>(acquire());
        kit.loop.pass(seconds(21));
        assertThat(TestLoop.start(() -> Objects.requireNonNull(dropped.get()).isHeld())
                        .join())
                .isFalse();
        awaitCollected(new WeakReference<>(new Object()));
        kit.loop.settle();
        assertThat(losses).containsExactly("t0 LEASE_EXPIRED");
    }

    // --- lost with its connection

    /** As one for which there is no memory. */
    @Test
    void listenerOnTheLoopThatFailsCostsNeitherOtherListenersNorOtherLocksTheirTurn() {
        LockHandle first = acquire();
        LockHandle second = kit.acquire(session, kit.spec(), "ok t1 20");
        DirectLossListener failing = (lost, reason) -> {
            throw new InternalError("of the test");
        };
        second.onLost(failing);
        second.onLost((lost, reason) -> losses.add(lost.token() + " " + reason));
        session.close();
        assertThat(losses).containsExactlyInAnyOrder("t0 CONNECTION_LOST", "t1 CONNECTION_LOST");
        assertThat(first.isHeld()).isFalse();
    }

    @Test
    void endOfTheConnectionLosesEverythingOnIt() {
        LockHandle first = acquire();
        LockHandle second = kit.acquire(session, kit.spec(), "ok t1 20");
        second.onLost((lost, reason) -> losses.add(lost.token() + " " + reason));
        session.close();
        assertThat(losses).containsExactlyInAnyOrder("t0 CONNECTION_LOST", "t1 CONNECTION_LOST");
        assertThat(first.isHeld() || second.isHeld()).isFalse();
        assertThat(kit.register.snapshot(Map.of(), List.of()).held()).isEmpty();
    }

    @Test
    void connectionThatDiesOfSilenceIsToldAsThat() {
        acquire(kit.spec().withoutRenewal().withLeaseSeconds(300));
        kit.loop.advance(seconds(22).plus(TICK));
        assertThat(losses).containsExactly("t0 LEASE_EXPIRED");
        LockHandle longer = kit.acquire(kit.session(), kit.spec().withoutRenewal(), "ok t1 300");
        kit.loop.advance(seconds(22).plus(TICK));
        assertThat(longer.lossReason()).contains(LossReason.SERVER_SILENT);
    }

    @Test
    void connectionThatIsFoundDeadBeforeTheDeadlineIsToldAsSilenceToo() {
        LockHandle handle = kit.acquire(session, kit.spec().withoutRenewal(), "ok t0 300");
        kit.loop.advance(seconds(1));
        handle.renewAsync();
        kit.loop.advance(seconds(15).minus(TICK));
        assertThat(handle.isHeld()).isTrue();
        kit.loop.advance(TICK.multipliedBy(2));
        assertThat(handle.lossReason()).contains(LossReason.SERVER_SILENT);
        assertThat(session.isOpen()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(LossReason.class)
    void ensureHeldThrowsWithTheReason(LossReason reason) {
        LockHandle handle = acquire();
        holding().lose(reason);
        kit.loop.settle();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(handle::ensureHeld)
                .satisfies(lost -> assertThat(lost.reason()).isEqualTo(reason));
        assertThat(losses).containsExactly("t0 " + reason);
    }

    private Holding holding() {
        List<Holding> all = new ArrayList<>();
        kit.server.ownedBySession(session.connection()).forEach(all::add);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void holdingsOfAConnectionAreForgottenInAnyOrder() {
        List<LockHandle> handles = new ArrayList<>();
        for (String grant : List.of("ok t0 20", "ok t1 20", "ok t2 20", "ok t3 20")) {
            handles.add(kit.acquire(session, kit.spec(), grant));
        }
        for (int index : new int[] {1, 3, 0, 2}) {
            handles.get(index).releaseAsync();
            assertThat(session.request()).isEqualTo("r k t" + index);
            session.answer("ok");
        }
        assertThat(kit.register.snapshot(Map.of(), List.of()).held()).isEmpty();
        assertThat(kit.closeAndDrain()).isCompleted();
    }

    // --- listeners

    @Test
    void listenerThatComesAfterTheLossIsToldToo() {
        LockHandle handle = acquire();
        session.close();
        handle.onLost((lost, reason) -> losses.add("late " + reason));
        kit.loop.settle();
        assertThat(losses).containsExactly("t0 CONNECTION_LOST", "late CONNECTION_LOST");
    }

    @Test
    void listenerOfAReleasedOneIsNotTold() {
        LockHandle handle = acquire();
        handle.releaseAsync();
        session.answer("ok");
        handle.onLost((lost, reason) -> losses.add("late " + reason));
        session.close();
        assertThat(losses).isEmpty();
    }

    @Test
    void listenerThatThrowsHarmsNoOther() {
        LockHandle handle = acquire();
        handle.onLost((lost, reason) -> {
            throw new StackOverflowError();
        });
        handle.onLost((lost, reason) -> losses.add("third"));
        session.close();
        assertThat(losses).containsExactly("t0 CONNECTION_LOST", "third");
    }

    // --- released

    @Test
    void releaseIsConfirmedByTheServer() {
        LockHandle handle = acquire();
        CompletableFuture<Boolean> released = handle.releaseAsync();
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
        assertThat(session.request()).isEqualTo("r k t0");
        assertThat(released).isNotDone();
        session.answer("ok");
        assertThat(released).isCompletedWithValue(true);
        assertThat(kit.loop.events().all()).contains("released k true");
        assertThatIllegalStateException().isThrownBy(handle::ensureHeld).withMessageContaining("was released");
        kit.advanceAlive(session, Duration.ofMinutes(2));
        assertThat(losses).isEmpty();
        assertThat(session.requests()).as("renewals").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "error_lease_expired", "nonsense"})
    void releaseThatTheServerDoesNotConfirmIsFalse(String answer) {
        CompletableFuture<Boolean> released = acquire().releaseAsync();
        session.answer(answer);
        assertThat(released).isCompletedWithValue(false);
        assertThat(kit.loop.events().all()).contains("released k false");
        assertThat(losses).isEmpty();
    }

    @Test
    void releaseThatIsNotAnsweredEndsAfterTheRequestTimeout() {
        CompletableFuture<Boolean> released = acquire().releaseAsync();
        kit.loop.advance(seconds(5).minus(TICK));
        assertThat(released).isNotDone();
        kit.loop.advance(TICK.multipliedBy(2));
        assertThat(released).isCompletedWithValue(false);
        session.answer("ok");
        assertThat(released).isCompletedWithValue(false);
    }

    @Test
    void releaseOnAConnectionThatEndsIsFalse() {
        CompletableFuture<Boolean> released = acquire().releaseAsync();
        kit.loop.settle();
        session.close();
        assertThat(released).isCompletedWithValue(false);
        assertThat(losses).isEmpty();
    }

    @Test
    void secondReleaseGetsTheOutcomeOfTheFirst() {
        LockHandle handle = acquire();
        CompletableFuture<Boolean> first = handle.releaseAsync();
        CompletableFuture<Boolean> second = handle.releaseAsync();
        assertThat(session.request()).isEqualTo("r k t0");
        session.answer("ok");
        assertThat(first).isCompletedWithValue(true);
        assertThat(second).isCompletedWithValue(true);
        assertThat(kit.loop.onAnotherThread(handle::release)).isTrue();
        assertThat(session.requests()).isEmpty();
    }

    @Test
    void releaseOfALostOneIsFalse() {
        LockHandle handle = acquire();
        session.close();
        CompletableFuture<Boolean> released = handle.releaseAsync();
        kit.loop.settle();
        assertThat(released).isCompletedWithValue(false);
        assertThat(kit.loop.onAnotherThread(handle::release)).isFalse();
    }

    @Test
    void lostOneWhoseConnectionIsOpenIsReleasedAllTheSame() {
        acquire(kit.spec().withoutRenewal());
        kit.advanceAlive(session, seconds(20.01));
        assertThat(session.request()).isEqualTo("r k t0");
    }

    @Test
    void closeIsARelease() {
        LockHandle handle = acquire();
        kit.settings.requestTimeout = Duration.ofMillis(1);
        kit.loop.onAnotherThread(() -> {
            handle.close();
            return true;
        });
        assertThat(session.request()).isEqualTo("r k t0");
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
    }

    @Test
    void releaseOnTheLoopIsRefusedButDone() {
        LockHandle handle = acquire();
        assertThatIllegalStateException().isThrownBy(handle::close);
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
        assertThat(session.request()).isEqualTo("r k t0");
    }

    @Test
    void releaseThatWasInterruptedHalfWayIsDoneByTheRenewal() {
        acquire();
        holding().releaseWanted = true;
        kit.loop.advance(seconds(10).plus(TICK));
        assertThat(session.requests()).contains("r k t0").doesNotContain("n k t0 20");
    }

    // --- abandoned

    private void awaitCollected(WeakReference<?> reference) {
        long begin = System.nanoTime();
        while (!reference.refersTo(null)) {
            System.gc();
            Thread.onSpinWait();
            assertThat(System.nanoTime() - begin).as("time for a collection").isLessThan(20_000_000_000L);
        }
    }

    @Test
    void handleThatNobodyHasIsReleasedInsteadOfRenewed() {
        awaitCollected(new WeakReference<>(acquire()));
        kit.loop.advance(seconds(10).plus(TICK));
        assertThat(session.requests()).contains("r k t0").doesNotContain("n k t0 20");
        assertThat(kit.loop.events().all()).contains("abandoned k");
        session.answer("error", "ok");
        assertThat(losses).isEmpty();
    }

    @Test
    void listenerThatRefersToItsHandleDoesNotKeepIt() {
        awaitCollected(new WeakReference<>(acquireWithListenerThatRefersToIt()));
        kit.loop.advance(seconds(10).plus(TICK));
        assertThat(session.requests()).contains("r k t0");
    }

    private LockHandle acquireWithListenerThatRefersToIt() {
        LockHandle handle = kit.acquire(session, kit.spec(), GRANT);
        handle.onLost((lost, reason) -> losses.add(handle.key()));
        return handle;
    }

    @Test
    void handleThatIsNotRenewedIsReleasedTooWhenNobodyHasIt() {
        awaitCollected(new WeakReference<>(acquire(kit.spec().withoutRenewal())));
        kit.loop.advance(seconds(10).plus(TICK));
        assertThat(session.requests()).contains("r k t0");
    }

    @Test
    void handleThatSomebodyHasIsKept() {
        LockHandle handle = acquire();
        System.gc();
        kit.loop.advance(seconds(10).plus(TICK));
        assertThat(session.requests()).contains("n k t0 20");
        assertThat(handle.isHeld()).isTrue();
    }
}
