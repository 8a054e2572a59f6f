package io.dflockd.client.internal.lock;

import static io.dflockd.client.internal.lock.LockKit.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.wire.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How a grant is taken over. Its deadline counts from the send time of its request. Here the lease is 20 s, and a server keeps a
 * silent connection for 22 s, so that only the lease matters.
 */
class GrantConfirmationTests {

    private static final String GRANT = "ok t0 20";

    private static final String CONFIRM = "n k t0 20";

    private final LockKit kit = new LockKit();

    private final ServerEnd session = kit.session();

    private final List<String> told = new ArrayList<>();

    private boolean wanted = true;

    private @Nullable Holding holding;

    private LockSpec spec = kit.spec();

    private final GrantConfirmation.Outcome outcome = new GrantConfirmation.Outcome() {
        @Override
        public LockSpec spec() {
            return spec;
        }

        @Override
        public void owned(Holding granted) {
            holding = granted;
            told.add("owned");
        }

        @Override
        public void gone(@Nullable DflockdException connectionFailure) {
            told.add("gone"
                    + (connectionFailure == null
                            ? ""
                            : " " + connectionFailure.getClass().getSimpleName()));
        }

        @Override
        public boolean wanted() {
            return wanted;
        }
    };

    private Holding holding() {
        return Objects.requireNonNull(holding);
    }

    /** A grant arrives so long after its request was sent; the connection is alive. */
    private void grantedAfter(double secondsAgo) {
        grantedAfter(secondsAgo, GRANT, kit.spec());
    }

    private void grantedAfter(double secondsAgo, String grant, LockSpec asked) {
        spec = asked;
        long sentAt = kit.loop.now();
        kit.loop.pass(seconds(secondsAgo));
        LockKit.keepAlive(session);
        kit.server
                .confirmation()
                .take(
                        new Reply(ServerEnd.ADDRESS, grant),
                        kit.server.ownedBySession(session.connection()),
                        sentAt,
                        outcome);
        kit.loop.settle();
    }

    private Duration remaining() {
        return Duration.ofNanos(holding().remainingNanos());
    }

    // --- by its age

    @Test
    void freshGrantIsOwnedAtOnce() {
        grantedAfter(0);
        assertThat(told).containsExactly("owned");
        assertThat(remaining()).isEqualTo(seconds(20));
        assertThat(session.requests()).isEmpty();
    }

    @Test
    void timeThatTheAnswerTookIsNotOurs() {
        grantedAfter(1.9);
        assertThat(told).containsExactly("owned");
        assertThat(remaining()).isEqualTo(seconds(18.1));
        assertThat(session.requests()).as("renewed at once").isEmpty();
    }

    @Test
    void grantOfWhichATenthIsGoneIsOwnedAndRenewedAtOnce() {
        grantedAfter(2.1);
        assertThat(told).containsExactly("owned");
        assertThat(session.request()).isEqualTo(CONFIRM);
        session.answer("ok 20");
        assertThat(remaining()).isEqualTo(seconds(20));
    }

    @Test
    void grantOfWhichHalfIsGoneIsConfirmedFirst() {
        grantedAfter(10.1);
        assertThat(told).as("before the confirmation").isEmpty();
        assertThat(session.request()).isEqualTo(CONFIRM);
        kit.loop.pass(seconds(3));
        session.answer("ok 20");
        assertThat(told).containsExactly("owned");
        assertThat(remaining()).as("from the confirmation's send time").isEqualTo(seconds(17));
    }

    @Test
    void exactlyHalfIsEnough() {
        grantedAfter(10);
        assertThat(told).containsExactly("owned");
    }

    @Test
    void confirmationThatTookTooLongIsRepeated() {
        grantedAfter(12);
        session.requests();
        kit.loop.pass(seconds(11));
        session.answer("ok 20");
        assertThat(told).isEmpty();
        assertThat(session.requests()).contains(CONFIRM);
        session.answer("ok 20", "ok 20");
        assertThat(told).containsExactly("owned");
    }

    @Test
    void silenceOfTheConnectionCountsToo() {
        kit.loop.pass(seconds(14));
        kit.server
                .confirmation()
                .take(
                        new Reply(ServerEnd.ADDRESS, "ok t0 33"),
                        kit.server.ownedBySession(session.connection()),
                        kit.loop.now(),
                        outcome);
        assertThat(told).as("with 8 s left of 22 s").isEmpty();
        assertThat(session.requests()).contains("n k t0 33");
    }

    @Test
    void leaseIsAssumedToBeShortWhereTheServerTellsNone() {
        grantedAfter(0, "ok t0", kit.spec());
        assertThat(holding().grant().leaseSeconds()).isEqualTo(10);
    }

    // --- the end

    /** Answers to a confirmation: what is told, and what is sent then. */
    @ParameterizedTest
    @CsvSource({
        "error_lease_expired, gone, ",
        "timeout, gone DflockdProtocolException, r k t0",
        "queued, gone DflockdProtocolException, r k t0",
        "acquired t1 20, gone DflockdProtocolException, r k t0",
        "error_max_locks, gone LockRejectedException, r k t0",
        "error_limit_mismatch, gone DflockdProtocolException, r k t0",
        "error_not_enqueued, gone DflockdProtocolException, r k t0",
        "error_draining, gone ConnectionClosedException, ",
        "error_not_leader x:1, gone DflockdConnectionException, r k t0",
        "nonsense, gone DflockdProtocolException, r k t0"
    })
    void confirmationThatIsNoneReleasesWhatTheServerMayStillHave(String answer, String tells, @Nullable String sends) {
        grantedAfter(12);
        session.requests();
        session.answer(answer);
        assertThat(told).containsExactly(tells);
        assertThat(session.requests()).isEqualTo(sends == null ? List.of() : List.of(sends));
    }

    @Test
    void plainErrorMeansThatTheTokenIsGone() {
        grantedAfter(12);
        session.answer("error", "error");
        session.answer("error");
        assertThat(told).containsExactly("gone");
        assertThat(session.requests()).doesNotContain("r k t0");
    }

    @Test
    void connectionThatEndsTellsItsFailure() {
        grantedAfter(12);
        session.close();
        assertThat(told).containsExactly("gone ConnectionClosedException");
    }

    @Test
    void confirmationOnAnUnauthenticatedConnectionClosesIt() {
        grantedAfter(12);
        session.answer("error_auth");
        assertThat(told).containsExactly("gone DflockdAuthenticationException");
        assertThat(session.isOpen()).isFalse();
    }

    /** The key is not busy: the server has not said so. */
    @ParameterizedTest
    @CsvSource({
        "error_draining, ConnectionClosedException",
        "error_max_locks, LockRejectedException",
        "nonsense, DflockdProtocolException",
        "error, busy"
    })
    void tryWhoseGrantIsNotConfirmedFails(String answer, String outcome) {
        Caller<Optional<LockHandle>> caller = kit.asyncCaller();
        new Acquisition(kit.register, kit.server, kit.spec(), caller, 0).start();
        assertThat(session.request()).isEqualTo("l k 0");
        kit.loop.pass(seconds(3));
        session.answer("ok t0 4");
        assertThat(session.request()).isEqualTo("n k t0 4");
        session.answer(answer);
        if (answer.equals("error")) {
            // It may also be the last word of a connection. The client asks, and this is the answer.
            session.answer("error");
        }
        assertThat(LockKit.outcome(caller)).isEqualTo(outcome);
    }

    @Test
    void unwantedGrantIsReleased() {
        wanted = false;
        grantedAfter(0);
        assertThat(told).containsExactly("gone");
        assertThat(session.request()).isEqualTo("r k t0");
    }

    @Test
    void grantThatIsUnwantedAfterItsConfirmationIsReleased() {
        grantedAfter(12);
        session.requests();
        wanted = false;
        session.answer("ok 20");
        assertThat(told).containsExactly("gone");
        assertThat(session.request()).isEqualTo("r k t0");
    }

    // --- the server's default lease

    @Test
    void defaultLeaseIsLearnedFromGrantsWithoutOne() {
        assertThat(kit.server.defaultLeaseSeconds()).as("a cautious guess").isEqualTo(10);
        grantedAfter(0, "ok t0 7", kit.spec().withLeaseSeconds(7));
        assertThat(kit.server.defaultLeaseSeconds()).isEqualTo(10);
        grantedAfter(0, "ok t0 44", kit.spec());
        assertThat(kit.server.defaultLeaseSeconds()).isEqualTo(44);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok", "ok t0 x", "ok t0 -5", "ok t0 20 x"})
    void malformedGrantClosesTheConnectionSoThatTheServerFreesIt(String grant) {
        Caller<LockHandle> caller = Caller.async(handle -> handle, () -> null, kit.loop.loop());
        new Acquisition(kit.register, kit.server, kit.spec(), caller, 0).start();
        session.answer(grant);
        assertThat(LockKit.failure(caller)).isInstanceOf(DflockdProtocolException.class);
        assertThat(session.isOpen()).isFalse();
    }
}
