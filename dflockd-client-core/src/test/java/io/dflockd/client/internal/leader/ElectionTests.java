package io.dflockd.client.internal.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DocumentedStates;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LeaderElection;
import io.dflockd.client.LeaderElection.State;
import io.dflockd.client.Leadership;
import io.dflockd.client.LockSuspendedException;
import io.dflockd.client.NotLeaderException;
import io.dflockd.client.RevocationReason;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.net.ServerEnd;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One election for {@code r} with a lease of 20 s: what it asks the server, when it leads, and what its callbacks are told. */
@Timeout(60)
class ElectionTests {

    private static final String TRY = "l leader:r 0";

    private static final String GRANT = "ok t0 20 7";

    private final ElectionKit kit = new ElectionKit();

    private final ServerEnd session = kit.session();

    private LeaderElection lead() {
        return lead(kit.start(), GRANT);
    }

    private LeaderElection lead(LeaderElection election, String grant) {
        assertThat(session.request()).isEqualTo(TRY);
        session.answer(grant);
        assertThat(election.state()).isEqualTo(State.LEADER);
        return election;
    }

    /** After which a leader that has yielded is a candidate again. */
    private static void passTheDelay(ElectionKit of) {
        of.loop.advance(Duration.ofMillis(1_010));
        of.runCallbacks();
    }

    private void closeInBackground(LeaderElection election) {
        CompletableFuture<Void> closed = startUntilItWaits(election::close);
        assertThat(election.state()).isIn(State.CLOSING, State.CLOSED);
        assertThat(closed).isNotDone();
    }

    /** Starts a call on another thread, and returns when that thread waits for the end of the call. */
    private CompletableFuture<Void> startUntilItWaits(Runnable call) {
        AtomicReference<Thread> caller = new AtomicReference<>();
        CompletableFuture<Void> called = TestLoop.start(() -> {
            caller.set(Thread.currentThread());
            call.run();
            return null;
        });
        Set<Thread.State> waiting = EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);
        while (!called.isDone()
                && (caller.get() == null || !waiting.contains(caller.get().getState()))) {
            kit.loop.settle();
        }
        return called;
    }

    private boolean awaited(LeaderElection election, Duration timeout) {
        return kit.loop.onAnotherThread(() -> election.await(timeout));
    }

    @Test
    void documentListsTheTransitions() throws IOException {
        DocumentedStates.check("leader election", State.values(), Election::mayBecome);
    }

    // --- CANDIDATE

    @Test
    void freeRoleIsLedAfterOneRequest() {
        LeaderElection election = kit.start();
        assertThat(election.state()).isEqualTo(State.CANDIDATE);
        assertThat(election.isLeader()).isFalse();
        assertThat(election.leadership()).isEmpty();
        assertThat(election.key()).isEqualTo("leader:r");
        assertThat(kit.toldAfterCallbacks()).isEmpty();
        lead(election, GRANT);
        assertThat(election.isLeader()).isTrue();
        Leadership leadership = election.leadership().orElseThrow();
        assertThat(leadership.term()).hasValue(7);
        assertThat(leadership.remaining()).isEqualTo(Duration.ofSeconds(20));
        leadership.ensureLeader();
        assertThat(kit.toldAfterCallbacks()).containsExactly("granted 7");
        assertThat(session.requests()).isEmpty();
    }

    @Test
    void termIsEmptyWithoutAFence() {
        LeaderElection election = lead(kit.start(), "ok t0 20");
        assertThat(election.leadership().orElseThrow().term()).isEmpty();
    }

    @Test
    void candidateOfABusyRoleWaitsOnOneConnectionWithoutPolling() {
        LeaderElection election = kit.start();
        assertThat(session.request()).isEqualTo(TRY);
        session.answer("timeout");
        ServerEnd wait = kit.dialer.connect();
        assertThat(wait.request()).isEqualTo("l leader:r 31536000");
        for (int minute = 0; minute < 60; minute++) {
            for (int second = 0; second < 60; second++) {
                kit.loop.advance(Duration.ofSeconds(1));
                session.answerKeepAlives();
            }
            assertThat(session.requests()).isEmpty();
            assertThat(wait.requests()).isEmpty();
        }
        assertThat(kit.dialer.dials()).isEqualTo(2);
        assertThat(election.state()).isEqualTo(State.CANDIDATE);
        wait.answer(GRANT);
        // The grant is an hour old at most, so it is renewed before it counts.
        assertThat(election.isLeader()).isFalse();
        assertThat(wait.request()).startsWith("n leader:r t0");
        wait.answer("ok 20 7");
        assertThat(election.isLeader()).isTrue();
    }

    @Test
    void candidateAsksAgainWhenTheServerEndsTheWait() {
        LeaderElection election = kit.start();
        session.requests();
        session.answer("timeout");
        ServerEnd wait = kit.dialer.connect();
        wait.requests();
        wait.answer("timeout");
        assertThat(election.state()).isEqualTo(State.CANDIDATE);
        lead(election, GRANT);
    }

    @Test
    void failureThatWaitingDoesNotMendIsTriedAgainWithDelays() {
        ElectionKit refused = new ElectionKit();
        LeaderElection election = refused.start();
        int attempts = 0;
        for (int second = 0; second < 60; second++) {
            while (refused.dialer.underWay() > 0) {
                refused.dialer.fail(new DflockdAuthenticationException("wrong token"));
                attempts++;
            }
            refused.loop.advance(Duration.ofSeconds(1));
            refused.runCallbacks();
        }
        assertThat(attempts).isBetween(6, 15);
        assertThat(election.state()).isEqualTo(State.CANDIDATE);
        refused.loop.advance(Duration.ofSeconds(10));
        refused.runCallbacks();
        ServerEnd mended = refused.dialer.connect();
        assertThat(mended.request()).isEqualTo(TRY);
        mended.answer(GRANT);
        assertThat(election.isLeader()).isTrue();
    }

    @Test
    void serverThatIsDownIsTriedAgainWithoutEnd() {
        ElectionKit down = new ElectionKit();
        LeaderElection election = down.start();
        int attempts = 0;
        for (int second = 0; second < 600; second++) {
            while (down.dialer.underWay() > 0) {
                down.dialer.refuse();
                attempts++;
            }
            down.loop.advance(Duration.ofSeconds(1));
        }
        assertThat(attempts).isBetween(100, 610);
        assertThat(election.state()).isEqualTo(State.CANDIDATE);
    }

    @Test
    void defaultsOfTheClientThatWouldEndATermDoNotCount() {
        ElectionKit other = new ElectionKit(settings -> {
            settings.renewal = false;
            settings.holdAtLeast = Duration.ofSeconds(30);
            settings.holdAtMost = Duration.ofSeconds(60);
            return settings;
        });
        ServerEnd server = other.session();
        LeaderElection election = other.start();
        server.requests();
        server.answer(GRANT);
        for (int second = 0; second < 90; second++) {
            other.loop.advance(Duration.ofSeconds(1));
            for (String request : server.requests()) {
                server.answer(request.startsWith("n ") ? "ok 20 7" : "error");
            }
        }
        assertThat(election.isLeader()).isTrue();
        election.leadership().orElseThrow().yield();
        other.runCallbacks();
        assertThat(server.request()).as("released, not kept").isEqualTo("r leader:r t0");
    }

    // --- LEADER

    @Test
    void grantedIsNotCalledAfterARevokedThatOvertookIt() {
        Election election = (Election) kit.start();
        session.requests();
        session.answerBeforeUserCode(GRANT);
        CompletableFuture<Void> granted;
        synchronized (election.callbacks()) {
            granted = kit.loop.startUserTasks();
            while (election.leadership().isEmpty()) {
                assertThat(granted).isNotCompletedExceptionally();
            }
            // The other thread leads now, and cannot queue its callback yet.
            election.leadership().orElseThrow().yield();
        }
        granted.join();
        assertThat(kit.toldAfterCallbacks()).isEmpty();
        assertThat(session.request()).isEqualTo("r leader:r t0");
        session.answer("ok");
        passTheDelay(kit);
        lead(election, "ok t1 20 8");
        assertThat(kit.toldAfterCallbacks()).containsExactly("granted 8");
    }

    @Test
    void lossCountsBeforeAnyUserCodeHasRun() {
        LeaderElection election = lead();
        kit.toldAfterCallbacks();
        session.connection().close(new ConnectionClosedException("cut"));
        kit.loop.runLoop();
        assertThat(election.state()).isEqualTo(State.REVOKING);
        assertThat(kit.toldAfterCallbacks()).containsExactly("revoked 7 CONNECTION_LOST");
    }

    @Test
    void leaderIsNoneAfterItsDeadlineThoughNothingElseHasNoticed() {
        LeaderElection election = lead();
        Leadership leadership = election.leadership().orElseThrow();
        kit.loop.pass(Duration.ofSeconds(20));
        assertThat(election.state()).isEqualTo(State.LEADER);
        assertThat(election.isLeader()).isFalse();
        assertThat(election.leadership()).isEmpty();
        assertThat(leadership.remaining()).isZero();
        assertThatExceptionOfType(NotLeaderException.class)
                .isThrownBy(leadership::ensureLeader)
                .withMessageContaining("'r'")
                .satisfies(ex -> assertThat(ex.reason()).isEqualTo(RevocationReason.LEASE_EXPIRED))
                .satisfies(ex -> assertThat(ex.role()).isEqualTo("r"));
        assertThat(kit.toldAfterCallbacks()).containsExactly("granted 7", "revoked 7 LEASE_EXPIRED");
    }

    @Test
    void lostConnectionIsToldAtOnceAndTheClientIsACandidateAgainAfterTheCallback() {
        LeaderElection election = lead();
        kit.toldAfterCallbacks();
        session.close();
        assertThat(election.state()).isEqualTo(State.REVOKING);
        assertThat(election.isLeader()).isFalse();
        assertThat(kit.dialer.underWay())
                .as("does not ask before the callback has returned")
                .isZero();
        assertThat(kit.toldAfterCallbacks()).containsExactly("revoked 7 CONNECTION_LOST");
        assertThat(election.state()).isEqualTo(State.CANDIDATE);
        ServerEnd again = kit.dialer.connect();
        assertThat(again.request()).isEqualTo(TRY);
        again.answer("ok t1 20 8");
        assertThat(kit.toldAfterCallbacks()).containsExactly("granted 8");
        assertThat(election.leadership().orElseThrow().term()).hasValue(8);
    }

    // --- LEADER at a server that keeps the locks of lost connections

    private final ElectionKit keeping = new ElectionKit(settings -> {
        settings.serverAutoRelease = false;
        return settings;
    });

    /** A leader whose lock is suspended; its callback of the grant has returned. */
    private record Suspended(LeaderElection election, Leadership leadership) {}

    private Suspended suspended() {
        ServerEnd server = keeping.session();
        LeaderElection election = keeping.start();
        server.requests();
        server.answer(GRANT);
        assertThat(keeping.toldAfterCallbacks()).containsExactly("granted 7");
        Leadership leadership = election.leadership().orElseThrow();
        server.close();
        assertThat(election.state()).isEqualTo(State.LEADER);
        assertThat(election.isLeader()).isFalse();
        return new Suspended(election, leadership);
    }

    @Test
    void suspendedLeaderThatYieldsIsReleasedByItsTokenAndACandidateAgain() {
        Suspended leader = suspended();
        Leadership leadership = leader.leadership();
        LeaderElection election = leader.election();
        leadership.yield();
        assertThat(election.state()).isEqualTo(State.REVOKING);
        assertThatExceptionOfType(LockSuspendedException.class).isThrownBy(leadership::ensureLeader);
        assertThat(keeping.toldAfterCallbacks()).containsExactly("revoked 7 YIELDED");
        assertThat(election.state()).as("the server does not know yet").isEqualTo(State.REVOKING);
        ServerEnd again = keeping.dialer.connect();
        assertThat(again.request()).isEqualTo("r leader:r t0");
        again.answer("ok");
        assertThat(election.state()).isEqualTo(State.CANDIDATE);
        passTheDelay(keeping);
        assertThat(again.request()).isEqualTo(TRY);
        again.answer("ok t1 20 8");
        assertThat(election.isLeader()).isTrue();
        assertThat(keeping.toldAfterCallbacks()).containsExactly("granted 8");
    }

    @Test
    void yieldWhileSuspendedEndsTheTermThoughTheServerConfirmsItMeanwhile() {
        Suspended leader = suspended();
        Leadership leadership = leader.leadership();
        LeaderElection election = leader.election();
        leadership.yield();
        ServerEnd again = keeping.dialer.connect();
        assertThat(again.request()).isEqualTo("n leader:r t0 20");
        again.answer("ok 20 7");
        assertThat(election.isLeader()).isFalse();
        leadership.ensureLeader();
        assertThat(keeping.toldAfterCallbacks()).containsExactly("revoked 7 YIELDED");
        assertThat(again.request()).isEqualTo("r leader:r t0");
    }

    @Test
    void closeOfASuspendedLeaderReleasesItByItsToken() {
        LeaderElection election = suspended().election();
        CompletableFuture<Void> closed = election.closeAsync();
        assertThat(election.state()).isEqualTo(State.CLOSING);
        assertThat(keeping.toldAfterCallbacks()).containsExactly("revoked 7 ELECTION_CLOSED");
        ServerEnd again = keeping.dialer.connect();
        assertThat(again.request()).isEqualTo("r leader:r t0");
        assertThat(election.state()).isEqualTo(State.CLOSING);
        again.answer("ok");
        assertThat(election.state()).isEqualTo(State.CLOSED);
        keeping.runCallbacks();
        assertThat(closed).isCompleted();
        assertThat(again.requests()).isEmpty();
    }

    @Test
    void closeOfASuspendedLeaderDoesNotWaitForAServerThatIsAway() {
        LeaderElection election = suspended().election();
        CompletableFuture<Void> closed = election.closeAsync();
        assertThat(keeping.toldAfterCallbacks()).containsExactly("revoked 7 ELECTION_CLOSED");
        for (int second = 0; second < 5; second++) {
            assertThat(election.state()).isEqualTo(State.CLOSING);
            if (keeping.dialer.underWay() > 0) {
                keeping.dialer.refuse();
            }
            keeping.loop.advance(Duration.ofSeconds(1));
        }
        keeping.loop.advance(Duration.ofMillis(10));
        assertThat(election.state()).isEqualTo(State.CLOSED);
        keeping.runCallbacks();
        assertThat(closed).isCompleted();
    }

    @Test
    void suspendedLeaderIsRevokedAtItsDeadline() {
        Suspended leader = suspended();
        Leadership leadership = leader.leadership();
        LeaderElection election = leader.election();
        for (int second = 0; second < 19; second++) {
            if (keeping.dialer.underWay() > 0) {
                keeping.dialer.refuse();
            }
            keeping.loop.advance(Duration.ofSeconds(1));
        }
        assertThat(keeping.toldAfterCallbacks()).isEmpty();
        assertThat(election.state()).isEqualTo(State.LEADER);
        keeping.loop.advance(Duration.ofMillis(1_010));
        assertThat(election.state()).isEqualTo(State.REVOKING);
        assertThatExceptionOfType(NotLeaderException.class)
                .isThrownBy(leadership::ensureLeader)
                .satisfies(ex -> assertThat(ex.reason()).isEqualTo(RevocationReason.LEASE_EXPIRED));
        assertThat(keeping.toldAfterCallbacks()).containsExactly("revoked 7 LEASE_EXPIRED");
        assertThat(election.state()).isEqualTo(State.CANDIDATE);
        keeping.loop.advance(Duration.ofSeconds(2));
        ServerEnd again = keeping.dialer.connect();
        assertThat(again.requests())
                .as("the old lock first")
                .startsWith("r leader:r t0")
                .contains(TRY);
    }

    @Test
    void leaderWhoseLockIsSuspendedIsNoneUntilTheServerConfirms() {
        ServerEnd server = keeping.session();
        LeaderElection election = keeping.start();
        server.requests();
        server.answer(GRANT);
        Leadership leadership = election.leadership().orElseThrow();
        server.close();
        assertThat(election.isLeader()).isFalse();
        assertThat(election.leadership()).isEmpty();
        assertThat(awaited(election, Duration.ZERO)).isFalse();
        assertThat(election.state()).isEqualTo(State.LEADER);
        assertThatExceptionOfType(LockSuspendedException.class).isThrownBy(leadership::ensureLeader);
        ServerEnd again = keeping.dialer.connect();
        assertThat(again.request()).startsWith("n leader:r t0");
        again.answer("ok 20 7");
        assertThat(election.isLeader()).isTrue();
        assertThat(election.leadership()).contains(leadership);
        leadership.ensureLeader();
        assertThat(keeping.toldAfterCallbacks()).containsExactly("granted 7");
        again.close();
        keeping.loop.advance(Duration.ofSeconds(21));
        assertThat(keeping.toldAfterCallbacks()).containsExactly("revoked 7 LEASE_EXPIRED");
        assertThatExceptionOfType(NotLeaderException.class).isThrownBy(leadership::ensureLeader);
    }

    @Test
    void refusedRenewalRevokes() {
        lead();
        kit.toldAfterCallbacks();
        kit.loop.advance(Duration.ofSeconds(7));
        session.answerKeepAlives();
        kit.loop.advance(Duration.ofSeconds(3));
        assertThat(session.requests()).singleElement().asString().startsWith("n leader:r t0");
        session.answer("error");
        session.answerKeepAlives();
        assertThat(kit.toldAfterCallbacks()).containsExactly("revoked 7 REJECTED");
    }

    @Test
    void revokedWaitsForGrantedToReturn() {
        LeaderElection election = lead();
        session.close();
        assertThat(election.isLeader()).isFalse();
        assertThat(kit.told).isEmpty();
        assertThat(kit.toldAfterCallbacks()).containsExactly("granted 7", "revoked 7 CONNECTION_LOST");
    }

    @Test
    void leaderThatIsLostWhileItGivesUpIsRevokedOnce() {
        LeaderElection election = lead();
        election.leadership().orElseThrow().yield();
        session.close();
        assertThat(kit.toldAfterCallbacks()).containsExactly("granted 7", "revoked 7 YIELDED");
        assertThat(election.state()).isEqualTo(State.CANDIDATE);
    }

    // --- yield

    @Test
    void yieldReleasesAfterTheCallbackAndAsksAgainAfterTheRelease() {
        LeaderElection election = lead();
        kit.toldAfterCallbacks();
        Leadership leadership = election.leadership().orElseThrow();
        leadership.yield();
        assertThat(election.state()).isEqualTo(State.REVOKING);
        assertThat(election.isLeader()).isFalse();
        leadership.ensureLeader();
        kit.loop.advance(Duration.ofSeconds(4));
        assertThat(session.requests())
                .as("not released while the callback runs")
                .isEmpty();
        assertThat(kit.toldAfterCallbacks()).containsExactly("revoked 7 YIELDED");
        assertThat(session.request()).isEqualTo("r leader:r t0");
        assertThat(election.state()).isEqualTo(State.REVOKING);
        assertThatExceptionOfType(NotLeaderException.class)
                .isThrownBy(leadership::ensureLeader)
                .satisfies(ex -> assertThat(ex.reason()).isEqualTo(RevocationReason.YIELDED));
        session.answer("ok");
        assertThat(election.state()).isEqualTo(State.CANDIDATE);
        assertThat(untilAsked()).isBetween(Duration.ofMillis(800), Duration.ofMillis(1_010));
        leadership.yield();
        assertThat(election.state()).isEqualTo(State.CANDIDATE);
    }

    @Test
    void leaderThatAlwaysYieldsAtOnceAsksNowAndThen() {
        LeaderElection election =
                kit.elections.of("r").onGranted(Leadership::yield).start();
        lead(election, GRANT);
        for (int i = 0; i < 5; i++) {
            kit.runCallbacks();
            assertThat(session.request()).isEqualTo("r leader:r t0");
            session.answer("ok");
            assertThat(untilAsked()).isBetween(Duration.ofMillis(800), Duration.ofMillis(1_010));
            session.answer(GRANT);
        }
    }

    @Test
    void callbackThatBlocksDelaysTheReleaseNoLongerThanTheRevokeTimeout() {
        LeaderElection election =
                lead(kit.candidacy().withRevokeTimeout(Duration.ofSeconds(3)).start(), GRANT);
        election.leadership().orElseThrow().yield();
        kit.loop.advance(Duration.ofMillis(2_990));
        assertThat(session.requests()).isEmpty();
        kit.loop.advance(Duration.ofMillis(20));
        assertThat(session.request()).isEqualTo("r leader:r t0");
        session.answer("ok");
        assertThat(election.state()).isEqualTo(State.REVOKING);
        assertThat(session.requests())
                .as("no candidate while the callback runs")
                .isEmpty();
        kit.runCallbacks();
        assertThat(election.state()).isEqualTo(State.CANDIDATE);
        assertThat(untilAsked()).isBetween(Duration.ofMillis(800), Duration.ofMillis(1_010));
    }

    // --- callbacks that fail

    @Test
    void leaderWhoseGrantedCallbackFailsGivesUpAndAsksAgainLater() {
        List<RevocationReason> reasons = new ArrayList<>();
        LeaderElection election = kit.elections
                .of("r")
                .onGranted(leadership -> {
                    throw new IllegalStateException("thrown by the test");
                })
                .onRevoked((leadership, reason) -> reasons.add(reason))
                .start();
        lead(election, GRANT);
        List<Duration> delays = new ArrayList<>();
        for (int failure = 1; failure <= 10; failure++) {
            kit.runCallbacks();
            assertThat(reasons).hasSize(failure).containsOnly(RevocationReason.CALLBACK_FAILED);
            assertThat(session.request()).isEqualTo("r leader:r t0");
            session.answer("ok");
            delays.add(untilAsked());
            session.answer(GRANT);
        }
        assertThat(delays.get(0)).isBetween(Duration.ofMillis(800), Duration.ofMillis(1_010));
        assertThat(delays.get(9)).isBetween(Duration.ofSeconds(8), Duration.ofMillis(10_010));
    }

    private Duration untilAsked() {
        Duration begin = kit.loop.elapsed();
        while (true) {
            session.answerKeepAlives();
            List<String> requests = session.requests();
            if (!requests.isEmpty()) {
                assertThat(requests).containsExactly(TRY);
                return kit.loop.elapsed().minus(begin);
            }
            kit.loop.advance(Duration.ofMillis(10));
            kit.runCallbacks();
        }
    }

    @Test
    void revokedCallbackThatFailsChangesNothing() {
        LeaderElection election = lead(
                kit.candidacy()
                        .onRevoked((leadership, reason) -> {
                            throw new IllegalStateException("thrown by the test");
                        })
                        .start(),
                GRANT);
        election.leadership().orElseThrow().yield();
        kit.runCallbacks();
        assertThat(session.request()).isEqualTo("r leader:r t0");
        session.answer("ok");
        passTheDelay(kit);
        lead(election, "ok t1 20 8");
        assertThat(kit.toldAfterCallbacks()).containsExactly("granted 7", "granted 8");
    }

    // --- closing

    @Test
    void closeOfALeaderReleasesAfterTheCallback() {
        LeaderElection election = lead();
        kit.toldAfterCallbacks();
        closeInBackground(election);
        assertThat(election.state()).isEqualTo(State.CLOSING);
        assertThat(election.isLeader()).isFalse();
        assertThat(session.requests()).isEmpty();
        assertThat(kit.toldAfterCallbacks()).containsExactly("revoked 7 ELECTION_CLOSED");
        assertThat(session.request()).isEqualTo("r leader:r t0");
        assertThat(election.state()).isEqualTo(State.CLOSING);
        session.answer("ok");
        assertThat(election.state()).isEqualTo(State.CLOSED);
        election.close();
        assertThat(session.requests()).isEmpty();
    }

    @Test
    void asynchronousCloseIsCompletedByACallback() {
        LeaderElection election = lead();
        CompletableFuture<Void> closed = election.closeAsync();
        kit.runCallbacks();
        assertThat(closed).isNotDone();
        session.requests();
        session.answer("ok");
        assertThat(election.state()).isEqualTo(State.CLOSED);
        assertThat(closed).as("completed on the loop").isNotDone();
        kit.runCallbacks();
        assertThat(closed).isCompleted();
        assertThat(election.closeAsync()).isNotDone();
    }

    @Test
    void closeWaitsNoLongerForACallbackThanTheRevokeTimeout() {
        LeaderElection election = lead();
        closeInBackground(election);
        kit.loop.advance(Duration.ofMillis(5_020));
        assertThat(session.request()).isEqualTo("r leader:r t0");
        session.answer("ok");
        assertThat(election.state()).isEqualTo(State.CLOSED);
        assertThat(kit.toldAfterCallbacks()).containsExactly("granted 7", "revoked 7 ELECTION_CLOSED");
        assertThat(session.requests()).isEmpty();
    }

    @Test
    void closeLeavesNoTimerBehind() {
        LeaderElection election =
                lead(kit.candidacy().withRevokeTimeout(Duration.ofHours(1)).start(), GRANT);
        election.closeAsync();
        kit.runCallbacks();
        session.requests();
        session.answer("ok");
        assertThat(election.state()).isEqualTo(State.CLOSED);
        kit.connections.close();
        kit.loop.advance(Duration.ofSeconds(30));
        assertThat(kit.loop.isIdle()).isTrue();
    }

    @Test
    void closeOfACandidateWithdrawsItsRequest() {
        LeaderElection election = kit.start();
        session.requests();
        session.answer("timeout");
        ServerEnd wait = kit.dialer.connect();
        wait.requests();
        election.close();
        assertThat(election.state()).isEqualTo(State.CLOSED);
        assertThat(wait.isOpen()).isFalse();
        assertThat(kit.toldAfterCallbacks()).isEmpty();
    }

    @Test
    void grantThatComesAfterTheCloseIsReleased() {
        LeaderElection election = kit.start();
        session.requests();
        election.close();
        session.answer(GRANT);
        assertThat(session.request()).isEqualTo("r leader:r t0");
        assertThat(election.isLeader()).isFalse();
        assertThat(kit.toldAfterCallbacks()).isEmpty();
    }

    @Test
    void closeWhileItGivesUpEndsIt() {
        LeaderElection election = lead();
        kit.toldAfterCallbacks();
        election.leadership().orElseThrow().yield();
        closeInBackground(election);
        assertThat(election.state()).isEqualTo(State.CLOSING);
        assertThat(kit.toldAfterCallbacks()).containsExactly("revoked 7 YIELDED");
        session.requests();
        session.answer("ok");
        assertThat(election.state()).isEqualTo(State.CLOSED);
        assertThat(session.requests()).isEmpty();
    }

    @Test
    void closeOfAReleasedLeaderWhoseCallbackBlocksEndsItAtOnce() {
        LeaderElection election = lead();
        session.close();
        assertThat(election.state()).isEqualTo(State.REVOKING);
        kit.loop.advance(Duration.ofMillis(5_020));
        election.close();
        assertThat(election.state()).isEqualTo(State.CLOSED);
        assertThat(kit.toldAfterCallbacks()).containsExactly("granted 7", "revoked 7 CONNECTION_LOST");
        assertThat(kit.dialer.underWay()).isZero();
    }

    @Test
    void closeWithinACallbackDoesNotWaitForItself() {
        List<LeaderElection> self = new ArrayList<>();
        LeaderElection election =
                kit.candidacy().onGranted(leadership -> self.get(0).close()).start();
        self.add(election);
        lead(election, GRANT);
        assertThat(kit.toldAfterCallbacks()).containsExactly("revoked 7 ELECTION_CLOSED");
        session.answer("ok");
        assertThat(election.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void closeOfTheClientRevokesOnceAndEndsIt() {
        LeaderElection election = lead();
        kit.close();
        CompletableFuture<Void> closed = startUntilItWaits(kit.elections::close);
        assertThat(election.state()).isEqualTo(State.CLOSING);
        assertThat(kit.toldAfterCallbacks()).containsExactly("granted 7", "revoked 7 CLIENT_CLOSED");
        session.answer("ok");
        assertThat(election.state()).isEqualTo(State.CLOSED);
        closed.join();
        assertThatExceptionOfType(ClientClosedException.class).isThrownBy(kit::start);
    }

    @Test
    void candidateOfAClosedClientIsClosed() {
        LeaderElection election = kit.start();
        session.requests();
        kit.close();
        kit.locks.register().drain();
        kit.loop.settle();
        assertThat(election.state()).isEqualTo(State.CLOSED);
        assertThat(kit.toldAfterCallbacks()).isEmpty();
    }

    // --- await

    @Test
    void awaitReturnsWhenItLeadsOrIsClosedOrTheTimeIsOver() throws Exception {
        LeaderElection election = kit.start();
        assertThat(election.await(Duration.ZERO)).isFalse();
        assertThat(election.await(Duration.ofMillis(1))).isFalse();
        CompletableFuture<Boolean> awaited = TestLoop.start(() -> election.await(Duration.ofSeconds(20)));
        lead(election, GRANT);
        assertThat(awaited).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(true);
        assertThat(awaited(election, Duration.ZERO)).isTrue();
        kit.loop.pass(Duration.ofSeconds(20));
        assertThat(awaited(election, Duration.ZERO)).isFalse();
        assertThat(kit.toldAfterCallbacks()).containsExactly("granted 7", "revoked 7 LEASE_EXPIRED");
        CompletableFuture<Boolean> ended = TestLoop.start(() -> election.await(Duration.ofSeconds(20)));
        election.close();
        assertThat(ended).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(false);
        assertThat(election.await(Duration.ofSeconds(20))).isFalse();
    }

    // --- rules

    @Test
    void roleHasOneElectionInAClient() {
        LeaderElection election = kit.start();
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(kit::start)
                .withMessageContaining("'r'")
                .withMessageContaining("already");
        LeaderElection other = kit.elections.of("other").start();
        election.close();
        LeaderElection again = kit.start();
        assertThat(again.state()).isEqualTo(State.CANDIDATE);
        other.close();
        again.close();
    }

    @Test
    void settingsAreChecked() {
        for (String role : new String[] {null, "", "a b", "a\n", "x".repeat(250)}) {
            assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(() -> kit.elections.of(role));
        }
        for (Duration lease : new Duration[] {null, Duration.ZERO, Duration.ofSeconds(-1)}) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> kit.candidacy().withLease(lease));
        }
        for (Duration timeout : new Duration[] {null, Duration.ofSeconds(-1), Duration.ofDays(400)}) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> kit.candidacy().withRevokeTimeout(timeout));
        }
    }

    @Test
    void leaseIsSent() {
        kit.candidacy().withLease(Duration.ofMillis(6_001)).start();
        assertThat(session.request()).isEqualTo(TRY + " 7");
    }
}
