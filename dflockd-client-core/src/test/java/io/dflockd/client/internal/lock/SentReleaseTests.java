package io.dflockd.client.internal.lock;

import static io.dflockd.client.internal.lock.LockKit.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.LockHandle;
import io.dflockd.client.ReleaseMode;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.settings.HoldLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Releases for whose confirmation nobody waits. */
class SentReleaseTests {

    private final LockKit kit = new LockKit();

    private final ServerEnd session = kit.session();

    private LockSpec spec() {
        return kit.spec().withRelease(ReleaseMode.SENT);
    }

    private LockHandle acquire() {
        return kit.acquire(session, spec(), "ok t0 20");
    }

    private long events(String name) {
        return kit.loop.events().count(name);
    }

    @Test
    void releaseEndsBeforeTheAnswer() {
        LockHandle handle = acquire();
        CompletableFuture<Boolean> release = TestLoop.start(handle::release);
        assertThat(release.join()).isTrue();
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
        kit.loop.settle();
        assertThat(session.request()).isEqualTo("r k t0");
        assertThat(events("released")).isZero();
        session.answer("ok");
        assertThat(events("released")).isEqualTo(1);
        assertThat(events("releaseUnconfirmed")).isZero();
    }

    @Test
    void asynchronousReleaseEndsBeforeTheAnswer() {
        LockHandle handle = acquire();
        assertThat(handle.releaseAsync()).isCompletedWithValue(true);
        assertThat(handle.releaseAsync()).as("again").isCompletedWithValue(true);
        assertThat(session.requests()).containsExactly("r k t0");
    }

    @Test
    void nextAcquisitionIsBehindTheReleaseOnTheSameConnection() {
        LockHandle handle = acquire();
        handle.releaseAsync();
        Caller<Optional<LockHandle>> next = kit.asyncCaller();
        new Acquisition(kit.register, kit.server, spec(), next, 0).start();
        assertThat(session.requests()).containsExactly("r k t0", "l k 0");
        session.answer("ok");
        session.answer("ok t1 20");
        assertThat(LockKit.outcome(next)).isEqualTo("granted");
    }

    @Test
    void refusedReleaseIsReported() {
        LockHandle handle = acquire();
        assertThat(handle.releaseAsync()).isCompletedWithValue(true);
        session.request();
        session.answer("error");
        assertThat(events("released")).isEqualTo(1);
        assertThat(events("releaseUnconfirmed")).isEqualTo(1);
        assertThat(events("lost")).as("its owner has released it").isZero();
    }

    @Test
    void releaseOnAConnectionThatEndsIsReported() {
        LockHandle handle = acquire();
        assertThat(handle.releaseAsync()).isCompletedWithValue(true);
        session.close();
        assertThat(events("releaseUnconfirmed")).isEqualTo(1);
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
    }

    @Test
    void releaseThatNobodyAnswersIsReportedOnce() {
        acquire().releaseAsync();
        session.request();
        kit.loop.advance(Duration.ofMinutes(1));
        assertThat(events("releaseUnconfirmed")).isEqualTo(1);
        assertThat(events("released")).isEqualTo(1);
    }

    @Test
    void lostHandleIsNotReleased() {
        LockHandle handle = kit.acquire(session, spec().withoutRenewal(), "ok t0 20");
        kit.loop.pass(seconds(20));
        assertThat(TestLoop.start(handle::release).join()).isFalse();
        assertThat(handle.state()).isEqualTo(LockHandle.State.LOST);
    }

    @Test
    void handleOfAnEndedConnectionIsNotReleased() {
        LockHandle handle = acquire();
        session.close();
        assertThat(TestLoop.start(handle::release).join()).isFalse();
    }

    @Test
    void lockThatWasWaitedForIsReleasedWithConfirmation() {
        Caller<Optional<LockHandle>> caller = kit.asyncCaller();
        new Acquisition(kit.register, kit.server, spec(), caller, seconds(5).toNanos()).start();
        session.request();
        session.answer("timeout");
        ServerEnd own = kit.dialer.connect();
        assertThat(own.request()).startsWith("l k 5");
        own.answer("ok t1 20");
        LockHandle handle = caller.future().join().orElseThrow();
        CompletableFuture<Boolean> released = handle.releaseAsync();
        assertThat(own.request()).isEqualTo("r k t1");
        assertThat(released).isNotDone();
        own.answer("ok");
        assertThat(released).isCompletedWithValue(true);
    }

    @Test
    void suspendedHandleIsReleasedWithConfirmation() {
        kit.settings.serverAutoRelease = false;
        LockHandle handle = acquire();
        session.close();
        assertThat(handle.state()).isEqualTo(LockHandle.State.SUSPENDED);
        CompletableFuture<Boolean> released = handle.releaseAsync();
        assertThat(released).isNotDone();
        kit.loop.advance(Duration.ofMillis(60));
        ServerEnd next = kit.dialer.connect();
        assertThat(next.requests()).contains("r k t0");
    }

    @Test
    void keptLockIsReleasedWhenItsTimeIsOver() {
        LockHandle handle = kit.acquire(session, spec().withLimits(HoldLimits.of(seconds(2), null)), "ok t0 20");
        assertThat(handle.releaseAsync()).isCompletedWithValue(true);
        assertThat(session.requests()).isEmpty();
        kit.advanceAlive(session, seconds(2.01));
        assertThat(session.request()).isEqualTo("r k t0");
        session.answer("ok");
        assertThat(events("released")).isEqualTo(1);
    }

    @Test
    void closeWaitsForTheAnswer() {
        LockHandle handle = acquire();
        handle.releaseAsync();
        CompletableFuture<Void> drained = kit.closeAndDrain();
        assertThat(drained).isNotDone();
        session.request();
        session.answer("ok");
        assertThat(drained).isCompleted();
    }
}
