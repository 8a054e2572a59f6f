package io.dflockd.client.internal.lock;

import static io.dflockd.client.internal.lock.LockKit.TICK;
import static io.dflockd.client.internal.lock.LockKit.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LossReason;
import io.dflockd.client.internal.net.ServerEnd;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Renewals of a lock with a lease of 20 s. The part of the lease is exact or up to a tenth earlier. */
class RenewalTests {

    private static final String RENEW = "n k t0 20";

    private final LockKit kit = new LockKit();

    private final ServerEnd session = kit.session();

    /** A handle on a connection of its own. */
    private @Nullable LockHandle handle;

    private LockHandle acquire(LockSpec spec) {
        return kit.acquire(session, spec, "ok t0 20");
    }

    private LockHandle acquire() {
        return acquire(kit.spec());
    }

    /** Lets time pass until a renewal comes, at most so long. */
    private Duration untilRenewal(Duration atMost) {
        Duration begin = kit.loop.elapsed();
        while (kit.loop.elapsed().minus(begin).compareTo(atMost) < 0) {
            kit.loop.advance(TICK);
            session.answerKeepAlives();
            if (session.requests().contains(RENEW)) {
                return kit.loop.elapsed().minus(begin);
            }
        }
        throw new AssertionError("no renewal within " + atMost);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 9, 10", "0.1, 1.8, 2", "0.9, 16.2, 18", "0.001, 0, 0.02"})
    void comesAtItsPartOfTheLease(double ratio, double earliest, double latest) {
        acquire(kit.spec().withRenewRatio(ratio));
        assertThat(untilRenewal(seconds(20)))
                .isBetween(seconds(earliest), seconds(latest).plus(TICK));
    }

    @Test
    void renewalsOfManyLocksSpreadOut() {
        Set<Duration> times = new TreeSet<>();
        for (int i = 0; i < 20; i++) {
            LockHandle handle = acquire();
            times.add(untilRenewal(seconds(20)));
            session.answer("ok 20");
            handle.releaseAsync();
            kit.loop.settle();
            session.answer("ok");
            session.requests();
        }
        assertThat(times).hasSizeGreaterThan(5);
    }

    @Test
    void confirmedRenewalMovesTheDeadlineFromItsSendTime() {
        LockHandle handle = acquire();
        untilRenewal(seconds(11));
        kit.loop.advance(seconds(2));
        session.answer("ok 20");
        assertThat(handle.remainingLease()).isEqualTo(seconds(18));
        assertThat(kit.loop.events().all()).contains("renewed k");
        assertThat(untilRenewal(seconds(11)))
                .as("from the send time of the last")
                .isBetween(seconds(7), seconds(8).plus(TICK));
    }

    @ParameterizedTest
    @CsvSource({"ok 8, 8", "ok, 20", "ok 0, 20", "ok 100, 20"})
    void leaseOfARenewalIsAtMostTheOneThatWasGranted(String answer, double remaining) {
        LockHandle handle = acquire();
        untilRenewal(seconds(11));
        session.answer(answer);
        assertThat(handle.remainingLease()).isEqualTo(seconds(remaining));
    }

    @Test
    void nextRenewalFollowsTheLeaseThatTheServerConfirmed() {
        LockHandle handle = acquire();
        untilRenewal(seconds(11));
        session.answer("ok 4");
        for (int i = 0; i < 3; i++) {
            assertThat(untilRenewal(seconds(4)))
                    .as("half of the lease")
                    .isBetween(seconds(1.8), seconds(2).plus(TICK));
            session.answer("ok 4");
        }
        assertThat(handle.isHeld()).isTrue();
        untilRenewal(seconds(4));
        session.answer("ok 20");
        assertThat(untilRenewal(seconds(20))).isBetween(seconds(9), seconds(10).plus(TICK));
    }

    @Test
    void holdsForAsLongAsItIsRenewed() {
        LockHandle handle = acquire();
        for (int i = 0; i < 20; i++) {
            untilRenewal(seconds(11));
            session.answer("ok 20");
        }
        assertThat(kit.loop.elapsed()).isGreaterThan(Duration.ofMinutes(3));
        assertThat(handle.isHeld()).isTrue();
        assertThat(kit.loop.events().count("renewed")).isEqualTo(20);
    }

    @Test
    void turnedOffItIsNotSent() {
        acquire(kit.spec().withoutRenewal());
        kit.advanceAlive(session, seconds(19.9));
        assertThat(session.requests()).isEmpty();
    }

    // --- failures

    @ParameterizedTest
    @CsvSource({"error_lease_expired, LEASE_EXPIRED", "error, REJECTED"})
    void serverThatNoLongerKnowsItLosesIt(String answer, LossReason reason) {
        LockHandle handle = acquire();
        untilRenewal(seconds(11));
        session.answer(answer);
        if (answer.equals("error")) {
            assertThat(handle.isHeld()).as("before it is known to be an answer").isTrue();
            session.answer("error");
        }
        assertThat(handle.lossReason()).contains(reason);
        assertThat(kit.loop.events().count("lost")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout", "error_max_locks", "error_not_leader", "nonsense", "ok x", "ok -1", "queued"})
    void otherAnswersAreTriedAgainSeveralTimesBeforeTheDeadline(String answer) {
        LockHandle handle = acquire();
        untilRenewal(seconds(11));
        session.answer(answer);
        assertThat(handle.isHeld()).isTrue();
        assertThat(kit.loop.events().all()).contains("renewalFailed k");
        Duration left = handle.remainingLease();
        assertThat(untilRenewal(seconds(11)))
                .isBetween(left.dividedBy(8), left.dividedBy(8).plus(TICK.multipliedBy(2)));
        session.answer("ok 20");
        assertThat(handle.remainingLease()).isGreaterThan(seconds(19.9));
    }

    @Test
    void drainingIsLostWithItsConnectionAndOnce() {
        LockHandle handle = acquire();
        CompletableFuture<Boolean> renewed = handle.renewAsync();
        kit.loop.settle();
        session.answer("error_draining");
        assertThat(handle.lossReason()).contains(LossReason.CONNECTION_LOST);
        assertThat(renewed.join()).isFalse();
        kit.loop.advance(seconds(30));
        assertThat(kit.loop.events().count("lost")).isEqualTo(1);
    }

    @Test
    void withoutAnyConfirmationItEndsAtItsDeadlineAndNotBefore() {
        LockHandle handle = acquire();
        int attempts = 0;
        while (handle.isHeld()) {
            kit.loop.advance(TICK);
            session.answerKeepAlives();
            if (session.requests().contains(RENEW)) {
                attempts++;
                session.answer("nonsense");
            }
        }
        assertThat(kit.loop.elapsed()).isBetween(seconds(20), seconds(20).plus(TICK.multipliedBy(2)));
        assertThat(attempts).as("attempts").isBetween(8, 60);
        assertThat(handle.lossReason()).contains(LossReason.LEASE_EXPIRED);
    }

    @Test
    void renewalWithoutAnAnswerIsNotSentTwice() {
        LockHandle handle = acquire();
        untilRenewal(seconds(11));
        kit.loop.advance(seconds(9));
        assertThat(session.requests()).doesNotContain(RENEW);
        kit.loop.advance(seconds(2));
        assertThat(handle.isHeld()).isFalse();
    }

    @Test
    void renewalOnAConnectionThatEndsIsReportedWithTheLoss() {
        LockHandle handle = acquire();
        untilRenewal(seconds(11));
        session.close();
        assertThat(handle.lossReason()).contains(LossReason.CONNECTION_LOST);
        assertThat(kit.loop.events().all()).contains("renewalFailed k", "lost k CONNECTION_LOST");
    }

    @Test
    void confirmationAfterTheDeadlineDoesNotBringItBack() {
        LockHandle handle = acquire();
        untilRenewal(seconds(11));
        kit.loop.pass(seconds(12));
        session.answer("ok 20");
        assertThat(handle.isHeld()).isFalse();
        assertThat(handle.lossReason()).contains(LossReason.LEASE_EXPIRED);
        assertThat(kit.loop.events().count("renewed")).isZero();
    }

    @Test
    void afterALongPauseNothingIsRenewedThatHasExpired() {
        LockHandle handle = acquire();
        kit.loop.jump(seconds(60));
        assertThat(session.requests()).doesNotContain(RENEW);
        assertThat(handle.isHeld()).isFalse();
    }

    // --- asked for by a user

    @Test
    void userMayRenewAtOnce() {
        LockHandle handle = acquire();
        kit.loop.advance(seconds(3));
        CompletableFuture<Boolean> renewed = handle.renewAsync();
        assertThat(session.request()).isEqualTo(RENEW);
        assertThat(renewed).isNotDone();
        session.answer("ok 20");
        assertThat(renewed).isCompletedWithValue(true);
        assertThat(handle.remainingLease()).isEqualTo(seconds(20));
    }

    @Test
    void usersAndTheClientShareARenewalThatIsUnderWay() {
        LockHandle handle = acquire();
        untilRenewal(seconds(11));
        CompletableFuture<Boolean> first = handle.renewAsync();
        CompletableFuture<Boolean> second = handle.renewAsync();
        assertThat(session.requests()).isEmpty();
        session.answer("ok 20");
        assertThat(first).isCompletedWithValue(true);
        assertThat(second).isCompletedWithValue(true);
    }

    @Test
    void askedForItIsTriedAgainToo() {
        CompletableFuture<Boolean> renewed = acquire().renewAsync();
        kit.loop.settle();
        session.requests();
        session.answer("nonsense");
        assertThat(renewed).isNotDone();
        untilRenewal(seconds(11));
        session.answer("ok 20");
        assertThat(renewed).isCompletedWithValue(true);
    }

    @Test
    void askedForItEndsWithTheHandle() {
        LockHandle handle = acquire();
        CompletableFuture<Boolean> lost = handle.renewAsync();
        kit.loop.settle();
        session.close();
        assertThat(lost).isCompletedWithValue(false);
        CompletableFuture<Boolean> later = handle.renewAsync();
        kit.loop.settle();
        assertThat(later).isCompletedWithValue(false);

        ServerEnd again = kit.session();
        LockHandle released = kit.acquire(again, kit.spec(), "ok t0 20");
        CompletableFuture<Boolean> renewed = released.renewAsync();
        released.releaseAsync();
        kit.loop.settle();
        assertThat(renewed).isCompletedWithValue(false);
    }

    @Test
    void userMayRenewWhereTheClientDoesNot() {
        LockHandle handle = acquire(kit.spec().withoutRenewal());
        kit.loop.advance(seconds(3));
        handle.renewAsync();
        assertThat(session.requests()).contains(RENEW);
        session.answer("ok 20");
        assertThat(handle.remainingLease()).isEqualTo(seconds(20));
    }

    // --- on a connection of its own

    private ServerEnd granted(LockSpec spec, String grant) {
        Caller<LockHandle> caller = Caller.async(handle -> handle, () -> null, kit.loop.loop());
        new Acquisition(kit.register, kit.server, spec, caller, seconds(10).toNanos()).start();
        session.requests();
        session.answer("timeout");
        ServerEnd own = kit.dialer.connect();
        own.requests();
        own.answer(grant);
        handle = caller.future().join();
        return own;
    }

    @Test
    void renewalTakesThePlaceOfAKeepAlive() {
        ServerEnd own = granted(kit.spec(), "ok t0 300");
        kit.loop.advance(seconds(7).plus(TICK));
        assertThat(own.request()).isEqualTo("n k t0 300");
        own.answer("ok 300");
        kit.loop.advance(seconds(7).plus(TICK));
        assertThat(own.request()).isEqualTo("n k t0 300");
    }

    @Test
    void withoutRenewalTheConnectionIsKeptAliveOtherwise() {
        ServerEnd own = granted(kit.spec().withoutRenewal(), "ok t0 300");
        kit.loop.advance(seconds(7).plus(TICK));
        assertThat(own.request()).isEqualTo("r _ _");
        assertThat(handle).isNotNull();
    }

    @Test
    void connectionGoesBackToThePoolWithTheRelease() {
        ServerEnd own = granted(kit.spec(), "ok t0 20");
        Objects.requireNonNull(handle).releaseAsync();
        assertThat(own.request()).isEqualTo("r k t0");
        own.answer("ok");
        assertThat(own.isOpen()).isTrue();
        kit.loop.advance(kit.settings.waitConnectionIdle.plus(TICK));
        assertThat(own.isOpen()).isFalse();
        assertThat(own.requests()).isEmpty();
    }
}
