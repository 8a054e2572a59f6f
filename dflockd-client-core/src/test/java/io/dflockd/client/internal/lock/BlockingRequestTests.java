package io.dflockd.client.internal.lock;

import static io.dflockd.client.internal.lock.LockKit.TICK;
import static io.dflockd.client.internal.lock.LockKit.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.internal.net.BorrowedConnection;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.ConnectionOwner;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.net.WaitConnections;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which a request that waits at the server may end, and what becomes of its connection. */
class BlockingRequestTests {

    private final LockKit kit = new LockKit();

    /** What the request told, in order, and the end of its connection. */
    private final List<String> told = new ArrayList<>();

    private @Nullable BlockingRequest request;

    private @Nullable BorrowedConnection borrowed;

    private final BlockingRequest.Outcome outcome = new BlockingRequest.Outcome() {
        @Override
        public void granted(Reply reply, OwnedLocks owner, long sentAt) {
            told.add("granted");
        }

        @Override
        public void timedOut() {
            told.add("timed out");
        }

        @Override
        public void refused(Status status, DflockdException why) {
            told.add("refused " + status + " " + why.getClass().getSimpleName());
        }

        @Override
        public void lost(DflockdException cause) {
            told.add("lost " + cause.getClass().getSimpleName());
        }
    };

    private ServerEnd send(long seconds) {
        ConnectionOwner owner = (connection, cause) -> told.add("ended");
        kit.connections.waits().borrow(owner, new WaitConnections.Borrower() {
            @Override
            public void borrowed(BorrowedConnection connection) {
                borrowed = connection;
            }

            @Override
            public void unavailable(DflockdException cause) {
                throw cause;
            }
        });
        ServerEnd server = kit.dialer.connect();
        request = new BlockingRequest(kit.register, borrowed, kit.spec().target(), outcome);
        request.send(Requests.acquire(kit.spec().target(), seconds, 0), seconds);
        assertThat(server.request()).isEqualTo("l k " + seconds);
        return server;
    }

    private boolean isInThePool(ServerEnd server) {
        List<Connection> lent = new ArrayList<>();
        kit.connections.waits().borrow((connection, cause) -> {}, new WaitConnections.Borrower() {
            @Override
            public void borrowed(BorrowedConnection connection) {
                lent.add(connection.connection());
            }

            @Override
            public void unavailable(DflockdException cause) {}
        });
        return lent.contains(server.connection());
    }

    /** The answer, what is told, and whether the connection is lent again. */
    @ParameterizedTest
    @CsvSource({
        "ok t0 33, granted, false",
        "timeout, timed out, true",
        "error_max_waiters, refused ERROR_MAX_WAITERS LockRejectedException, true",
        "error_max_locks, refused ERROR_MAX_LOCKS LockRejectedException, true",
        "error_limit_mismatch, refused ERROR_LIMIT_MISMATCH SemaphoreLimitMismatchException, true"
    })
    void answerThatLeavesTheConnectionInUse(String answer, String tells, boolean returned) {
        ServerEnd server = send(10);
        server.answer(answer);
        assertThat(told).containsExactly(tells);
        assertThat(server.isOpen()).isTrue();
        assertThat(isInThePool(server)).isEqualTo(returned);
    }

    @ParameterizedTest
    @CsvSource({
        "queued, refused QUEUED DflockdProtocolException",
        "nonsense, refused UNKNOWN DflockdProtocolException",
        "error_already_enqueued, refused ERROR_ALREADY_ENQUEUED DflockdProtocolException",
        "error_auth, refused ERROR_AUTH DflockdAuthenticationException"
    })
    void answerThatClosesTheConnection(String answer, String tells) {
        ServerEnd server = send(10);
        server.answer(answer);
        assertThat(told).first().isEqualTo(tells);
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void drainingEndsTheConnection() {
        ServerEnd server = send(10);
        server.answer("error_draining");
        assertThat(told).containsExactly("ended", "refused ERROR_DRAINING ConnectionClosedException");
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void plainErrorIsTheServersShutdownAndToldBeforeTheConnectionEnds() {
        ServerEnd server = send(10);
        server.answer("error", "error");
        assertThat(told).containsExactly("refused ERROR ConnectionClosedException", "ended");
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void connectionThatEndsLosesIt() {
        send(10).close();
        assertThat(told).containsExactly("lost ConnectionClosedException", "ended");
    }

    @Test
    void serverThatDoesNotAnswerLosesItAfterItsTimeout() {
        send(10);
        kit.loop.advance(seconds(24.99));
        assertThat(told).isEmpty();
        kit.loop.advance(seconds(0.02));
        assertThat(told).containsExactly("lost RequestTimeoutException", "ended");
    }

    // --- abandoned

    private void abandon() {
        Objects.requireNonNull(request).withdraw();
        kit.loop.settle();
    }

    @Test
    void longWaitThatIsAbandonedIsCut() {
        ServerEnd server = send(10);
        kit.loop.advance(seconds(8.49));
        abandon();
        assertThat(server.isOpen()).isFalse();
        assertThat(told).containsExactly("lost ConnectionClosedException", "ended");
    }

    @Test
    void waitThatSoonRunsOutMayAnswer() {
        ServerEnd server = send(10);
        kit.loop.advance(seconds(8.5));
        abandon();
        assertThat(server.isOpen()).isTrue();
        kit.loop.advance(seconds(1.5));
        server.answer("timeout");
        assertThat(told).containsExactly("timed out");
        kit.loop.advance(Duration.ofSeconds(5));
        assertThat(server.isOpen()).as("returned in time").isTrue();
    }

    @Test
    void grantInBetweenIsReported() {
        ServerEnd server = send(1);
        abandon();
        server.answer("ok t0 33");
        assertThat(told).containsExactly("granted");
        kit.loop.advance(Duration.ofSeconds(3));
        assertThat(server.isOpen()).as("after the time for late answers").isTrue();
    }

    @Test
    void waitThatIsNotAnsweredASecondAfterItsTimeIsCut() {
        ServerEnd server = send(1);
        abandon();
        kit.loop.advance(seconds(2).minus(TICK));
        assertThat(server.isOpen()).isTrue();
        kit.loop.advance(TICK.multipliedBy(2));
        assertThat(server.isOpen()).isFalse();
        assertThat(told).first().isEqualTo("lost ConnectionClosedException");
    }

    @Test
    void serverThatKeepsWhatConnectionsHeldGetsItsWaitsToTheEnd() {
        kit.settings.serverAutoRelease = false;
        ServerEnd server = send(60);
        abandon();
        kit.loop.advance(Duration.ofSeconds(60));
        assertThat(server.isOpen()).isTrue();
        server.answer("ok t0 33");
        assertThat(told).containsExactly("granted");
    }

    @Test
    void abandoningWhatHasEndedDoesNothing() {
        send(10).close();
        abandon();
        assertThat(told).containsExactly("lost ConnectionClosedException", "ended");
        kit.loop.advance(Duration.ofSeconds(60));
        assertThat(kit.loop.isIdle()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok t0 33", "timeout", "error_max_waiters", "error_lease_expired"})
    void abandoningWhatWasAnsweredLeavesTheConnectionToOthers(String answer) {
        ServerEnd server = send(10);
        server.answer(answer);
        abandon();
        kit.loop.advance(Duration.ofSeconds(3));
        assertThat(server.isOpen()).isTrue();
        assertThat(told).hasSize(1);
    }

    @Test
    void causeOfADeadServerIsPassedOn() {
        send(60);
        kit.connections.waits().closeBlocked(new RequestTimeoutException("of the test"));
        assertThat(told).containsExactly("lost RequestTimeoutException", "ended");
    }

    @ParameterizedTest
    @CsvSource({"PT-5S, 1", "PT0S, 1", "PT0.000000001S, 1", "PT1S, 1", "PT1.000000001S, 2", "PT10S, 10", "PT9.5S, 10"})
    void secondsAreRoundedUpAndAtLeastOne(Duration duration, long seconds) {
        assertThat(BlockingRequest.seconds(duration.toNanos())).isEqualTo(seconds);
    }
}
