package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One connection: keep-alives after 7 s, dead 15 s after the last answer, kept by the server for 22 s. */
class ConnectionTests {

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(7);

    private static final Duration DEAD = Duration.ofSeconds(15);

    private static final Duration TICK = Duration.ofMillis(10);

    private static final String PROBE = "r _ _";

    private final TestLoop loop = new TestLoop();

    private final TestOwner owner = new TestOwner();

    private final ServerEnd server = new ServerEnd(loop, ServerEnd.ADDRESS, ServerEnd.LIVENESS, owner);

    private final Connection connection = server.connection();

    private TestExchange send(String name) {
        return send(name, new TestExchange(), Duration.ZERO);
    }

    private TestExchange send(String name, TestExchange exchange) {
        return send(name, exchange, Duration.ZERO);
    }

    private TestExchange send(String name, TestExchange exchange, Duration mayWait) {
        connection.send((name + "\nk\n0\n").getBytes(StandardCharsets.US_ASCII), exchange, mayWait.toNanos());
        return exchange;
    }

    // --- requests and answers

    @Test
    void manyRequestsAreOneWriteAndAnsweredInOrder() {
        TestExchange a = send("a");
        TestExchange b = send("b");
        TestExchange c = send("c");
        assertThat(server.channel().writes()).as("writes before the task ends").isZero();
        assertThat(server.requests()).containsExactly("a k 0", "b k 0", "c k 0");
        assertThat(server.channel().writes()).as("writes").isEqualTo(1);
        server.answer("ok 1", "ok 2");
        assertThat(a.answers()).containsExactly("ok 1");
        assertThat(b.answers()).containsExactly("ok 2");
        assertThat(c.isOpen()).isTrue();
        server.answer("timeout");
        assertThat(c.answers()).containsExactly("timeout");
        assertThat(connection.isClean()).isTrue();
    }

    @Test
    void requestsOfAnswersOfOneSegmentAreOneWrite() {
        send("a", new TestExchange().then(() -> send("x")));
        send("b", new TestExchange().then(() -> send("y")));
        server.requests();
        int before = server.channel().writes();
        server.answer("ok", "ok");
        assertThat(server.requests()).containsExactly("x k 0", "y k 0");
        assertThat(server.channel().writes() - before).as("writes").isEqualTo(1);
    }

    @Test
    void pushedLinesGoToTheOwnerAndAnswerNothing() {
        TestExchange a = send("a");
        server.answer("sig a.b payload with blanks", "ok", "sig c x");
        assertThat(owner.seen).containsExactly("sig a.b payload with blanks", "sig c x");
        assertThat(a.answers()).containsExactly("ok");
    }

    @Test
    void ownerCanBeChanged() {
        TestOwner later = new TestOwner();
        connection.owner(later);
        server.answer("sig a x");
        connection.close();
        assertThat(later.seen).containsExactly("sig a x", "closed");
        assertThat(owner.seen).isEmpty();
    }

    @Test
    void lineThatNobodyAskedForClosesIt() {
        TestExchange a = send("a");
        server.answer("ok", "ok again");
        assertThat(a.answers()).containsExactly("ok");
        assertThat(owner.cause)
                .isInstanceOf(ConnectionClosedException.class)
                .hasMessageContaining("'ok again' without a request");
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void answerThatSaysNotAuthenticatedClosesIt() {
        TestExchange a = send("a");
        TestExchange b = send("b");
        server.answer("error_auth");
        assertThat(a.answers()).containsExactly("error_auth");
        assertThat(b.failure()).isInstanceOf(DflockdAuthenticationException.class);
        assertThat(owner.seen).containsExactly("closed DflockdAuthenticationException");
    }

    @Test
    void lineThatIsTooLongClosesIt() {
        TestExchange a = send("a");
        server.answer("x".repeat(5_000));
        assertThat(a.failure()).isInstanceOf(DflockdProtocolException.class);
        assertThat(owner.seen).containsExactly("closed DflockdProtocolException");
        assertThat(connection.hasAnswered())
                .as("a server that says something is reached")
                .isTrue();
    }

    // --- handlers that throw

    @Test
    void answerThatItsHandlerRefusesFailsItAndClosesTheConnection() {
        DflockdProtocolException refusal = new DflockdProtocolException("of the test");
        TestExchange a = send("a", new TestExchange().then(() -> {
                    throw refusal;
                }));
        TestExchange b = send("b");
        server.answer("ok", "ok");
        assertThat(a.failure()).isSameAs(refusal);
        assertThat(b.failure()).isSameAs(refusal);
        assertThat(owner.cause).isSameAs(refusal);
    }

    @Test
    void errorOfAHandlerFailsItAndClosesTheConnection() {
        TestExchange a = send("a", new TestExchange().then(() -> {
                    throw new StackOverflowError();
                }));
        server.answer("ok");
        assertThat(a.failure())
                .isInstanceOf(DflockdConnectionException.class)
                .hasCauseInstanceOf(StackOverflowError.class);
        assertThat(owner.seen).hasSize(1);
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void handlerOfAFailureThatThrowsHarmsNoOther() {
        connection.send(new byte[] {'x'}, new Exchange() {
            @Override
            protected void answered(Reply reply) {}

            @Override
            protected void failed(DflockdException cause) {
                throw new IllegalStateException("of the test");
            }
        });
        TestExchange b = send("b");
        server.close();
        assertThat(b.failure()).isInstanceOf(ConnectionClosedException.class);
        assertThat(owner.seen).containsExactly("closed ConnectionClosedException");
    }

    // --- a plain error

    @Test
    void plainErrorIsHeldBackAndConfirmedByAProbe() {
        TestExchange a = send("a");
        server.requests();
        server.answer("error");
        assertThat(a.isOpen()).as("held back").isTrue();
        assertThat(server.request()).isEqualTo(PROBE);
        server.answer("error");
        assertThat(a.answers()).containsExactly("error");
        assertThat(server.isOpen()).isTrue();
        assertThat(connection.isClean()).isTrue();
    }

    @Test
    void plainErrorIsConfirmedByTheNextAnswerWithoutAProbe() {
        TestExchange a = send("a");
        TestExchange b = send("b");
        server.requests();
        server.answer("error");
        assertThat(a.isOpen()).isTrue();
        server.answer("ok");
        assertThat(a.answers()).containsExactly("error");
        assertThat(b.answers()).containsExactly("ok");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void plainErrorsOfTwoRequestsAreConfirmedOneByTheOther() {
        TestExchange a = send("a");
        TestExchange b = send("b");
        server.requests();
        server.answer("error", "error");
        assertThat(a.answers()).containsExactly("error");
        assertThat(b.isOpen()).isTrue();
        assertThat(server.request()).isEqualTo(PROBE);
        server.answer("error");
        assertThat(b.answers()).containsExactly("error");
    }

    @Test
    void plainErrorThatWasAPartingWordIsNoAnswer() {
        TestExchange a = send("a");
        server.answer("error");
        server.close();
        assertThat(a.answers()).isEmpty();
        assertThat(a.failure())
                .isInstanceOf(ConnectionClosedException.class)
                .hasMessageContaining("after it said 'error'");
    }

    @Test
    void plainErrorOfAServerThatThenHangsIsNoAnswer() {
        TestExchange a = send("a");
        server.answer("error");
        loop.advance(DEAD.plus(TICK));
        assertThat(a.answers()).isEmpty();
        assertThat(a.failure()).isInstanceOf(RequestTimeoutException.class);
    }

    @Test
    void plainErrorEndsTheSilenceThatABlockedRequestIsAllowed() {
        TestExchange a = send("a", new TestExchange(), Duration.ofDays(365));
        loop.advance(Duration.ofMinutes(5));
        server.answer("error");
        loop.advance(DEAD.minus(TICK));
        assertThat(a.isOpen()).isTrue();
        loop.advance(TICK.multipliedBy(2));
        assertThat(a.failure()).isInstanceOf(RequestTimeoutException.class);
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void heldBackErrorIsASignOfLife() {
        TestExchange a = send("a");
        loop.advance(Duration.ofSeconds(10));
        server.answer("error");
        loop.advance(DEAD.minus(TICK));
        assertThat(a.isOpen()).isTrue();
        loop.advance(TICK.multipliedBy(2));
        assertThat(a.failure()).isInstanceOf(RequestTimeoutException.class);
    }

    @Test
    void pushedLineConfirmsNoError() {
        TestExchange a = send("a");
        server.answer("error", "sig a x");
        assertThat(a.isOpen()).isTrue();
        server.close();
        assertThat(a.answers()).isEmpty();
    }

    @Test
    void requestThatToleratesErrorsGetsThemAtOnce() {
        TestExchange a = send("a", new TestExchange(true));
        server.requests();
        server.answer("error");
        assertThat(a.answers()).containsExactly("error");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void plainErrorWithoutARequestIsTheEnd() {
        server.answer("error");
        assertThat(owner.cause)
                .isInstanceOf(ConnectionClosedException.class)
                .hasMessageContaining("'error', as it does after its read timeout");
    }

    // --- the end

    @Test
    void closeOnPurposeFailsWhatIsOutstandingAndTellsTheOwnerLastAndOnce() {
        TestExchange a = send("a");
        connection.close();
        connection.close();
        server.close();
        assertThat(a.failure()).isInstanceOf(ConnectionClosedException.class).hasMessageContaining("by this client");
        assertThat(owner.seen).containsExactly("closed");
        assertThat(owner.cause).isNull();
        assertThat(connection.isOpen()).isFalse();
        assertThat(server.requests()).as("sent after the close").isEmpty();
        assertThat(server.channel().memory()).isZero();
        loop.advance(DEAD.plus(TICK));
        assertThat(loop.isIdle()).as("no timer runs").isTrue();
    }

    @Test
    void closeWithACauseFailsEverythingWithIt() {
        DflockdException cause = new DflockdException("of the test");
        TestExchange a = send("a");
        connection.close(cause);
        assertThat(a.failure()).isSameAs(cause);
        assertThat(send("later").failure())
                .as("a request on a closed connection")
                .isSameAs(cause);
        assertThat(owner.cause).isSameAs(cause);
    }

    @Test
    void flushAndCloseSendsWhatWasWritten() {
        send("a");
        connection.flushAndClose();
        assertThat(server.requests()).containsExactly("a k 0");
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void endBeforeAnyAnswerSaysWhatItMayMean() {
        TestExchange a = send("a");
        server.close();
        assertThat(a.failure())
                .hasMessageContaining("before it answered anything")
                .hasMessageContaining("--max-connections");
        assertThat(connection.hasAnswered()).isFalse();
    }

    @Test
    void endAfterAnAnswerDoesNot() {
        send("a");
        server.answer("ok");
        TestExchange b = send("b");
        server.reset();
        assertThat(b.failure())
                .isInstanceOf(ConnectionClosedException.class)
                .hasMessageContaining("Connection reset")
                .message()
                .doesNotContain("before it answered anything");
        assertThat(connection.hasAnswered()).isTrue();
    }

    // --- silence

    @Test
    void requestThatIsNotAnsweredEndsTheConnection() {
        TestExchange a = send("a");
        loop.advance(DEAD.minus(TICK));
        assertThat(a.isOpen()).isTrue();
        loop.advance(TICK.multipliedBy(2));
        assertThat(a.failure()).isInstanceOf(RequestTimeoutException.class).hasMessageContaining("15000 ms");
        assertThat(owner.seen).containsExactly("closed RequestTimeoutException");
    }

    @Test
    void silenceCountsFromTheLastAnswer() {
        send("a");
        TestExchange b = send("b");
        loop.advance(Duration.ofSeconds(10));
        server.answer("ok");
        loop.advance(DEAD.minus(TICK));
        assertThat(b.isOpen()).isTrue();
        loop.advance(TICK.multipliedBy(2));
        assertThat(b.isOpen()).isFalse();
    }

    @Test
    void bytesThatAreNoAnswerAreNoSignOfLife() {
        TestExchange a = send("a");
        for (int i = 0; i < 16; i++) {
            loop.advance(Duration.ofSeconds(1));
            server.channel().read("x");
            server.channel().read(i % 2 == 0 ? "" : "y");
        }
        assertThat(a.failure()).isInstanceOf(RequestTimeoutException.class);
    }

    @Test
    void serverThatWasAskedToWaitMayBeSilentForThatLong() {
        TestExchange a = send("a", new TestExchange(), Duration.ofMinutes(2));
        assertThat(connection.isBlocked()).isTrue();
        loop.advance(Duration.ofMinutes(2).plus(DEAD).minus(TICK));
        assertThat(a.isOpen()).isTrue();
        loop.advance(TICK.multipliedBy(2));
        assertThat(a.failure()).isInstanceOf(RequestTimeoutException.class);
    }

    @Test
    void requestBehindABlockedOneIsDeadWhenThatIs() {
        TestExchange blocked = send("a", new TestExchange(), Duration.ofMinutes(2));
        loop.advance(Duration.ofMinutes(1));
        TestExchange behind = send("b");
        loop.advance(Duration.ofMinutes(1));
        server.answer("timeout");
        assertThat(blocked.answers()).containsExactly("timeout");
        loop.advance(DEAD.minus(TICK));
        assertThat(behind.isOpen()).isTrue();
        loop.advance(TICK.multipliedBy(2));
        assertThat(behind.isOpen()).isFalse();
    }

    @Test
    void idleConnectionWithoutKeepAliveIsLeftAlone() {
        send("a");
        server.answer("ok");
        server.requests();
        loop.advance(Duration.ofHours(1));
        assertThat(server.isOpen()).isTrue();
        assertThat(server.requests()).isEmpty();
        assertThat(loop.isIdle()).as("no timer runs").isTrue();
    }

    // --- keep-alives

    @Test
    void keepAliveIsSentAfterItsIntervalWithoutARequest() {
        connection.keepAlive(true);
        loop.advance(KEEP_ALIVE.minus(TICK));
        assertThat(server.requests()).isEmpty();
        loop.advance(TICK.multipliedBy(2));
        assertThat(server.request()).isEqualTo(PROBE);
        server.answer("error");
        loop.advance(Duration.ofSeconds(5));
        send("a");
        assertThat(server.request()).isEqualTo("a k 0");
        server.answer("ok");
        loop.advance(KEEP_ALIVE.minus(TICK));
        assertThat(server.requests()).as("so soon after a request").isEmpty();
        loop.advance(TICK.multipliedBy(2));
        assertThat(server.request()).isEqualTo(PROBE);
    }

    @Test
    void keepAliveThatIsNotAnsweredEndsTheConnection() {
        connection.keepAlive(true);
        loop.advance(KEEP_ALIVE.plus(DEAD).plus(TICK));
        assertThat(owner.seen).containsExactly("closed RequestTimeoutException");
    }

    @Test
    void ownerMaySendSomethingBetter() {
        owner.hasSomethingToSend = true;
        connection.keepAlive(true);
        loop.advance(KEEP_ALIVE.plus(TICK));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void keepAliveCanBeTurnedOff() {
        connection.keepAlive(true);
        connection.keepAlive(false);
        loop.advance(Duration.ofMinutes(5));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void blockedConnectionIsNotKeptAliveAndIsAgainAfterTheAnswer() {
        connection.keepAlive(true);
        send("a", new TestExchange(), Duration.ofMinutes(1));
        server.requests();
        loop.advance(Duration.ofSeconds(50));
        assertThat(server.requests()).isEmpty();
        server.answer("timeout");
        loop.advance(TICK);
        assertThat(server.request()).isEqualTo(PROBE);
    }

    // --- what its users ask

    @Test
    void silenceDeadlineCountsFromTheSendTimeOfWhatWasAnswered() {
        long start = loop.now();
        assertThat(connection.silenceDeadline() - start).isEqualTo(TimeUnit.SECONDS.toNanos(22));
        loop.advance(Duration.ofSeconds(2));
        send("a");
        loop.advance(Duration.ofSeconds(3));
        assertThat(connection.silenceDeadline() - start).as("not answered yet").isEqualTo(TimeUnit.SECONDS.toNanos(22));
        server.answer("ok");
        assertThat(connection.silenceDeadline() - start).isEqualTo(TimeUnit.SECONDS.toNanos(24));
    }

    @Test
    void heldBackErrorIsNoConfirmation() {
        long start = loop.now();
        loop.advance(Duration.ofSeconds(2));
        send("a");
        server.answer("error");
        assertThat(connection.silenceDeadline() - start).isEqualTo(TimeUnit.SECONDS.toNanos(22));
    }

    @Test
    void suspiciousIsOneWithoutAnAnswerForLongerThanAKeepAliveTakes() {
        connection.keepAlive(true);
        loop.advance(Duration.ofSeconds(8));
        assertThat(connection.isSuspicious()).isFalse();
        loop.advance(TICK);
        assertThat(connection.isSuspicious()).isTrue();
        server.answer("error");
        assertThat(connection.isSuspicious()).isFalse();
    }

    @Test
    void cleanIsOneWithoutARequest() {
        assertThat(connection.isClean()).isTrue();
        send("a");
        assertThat(connection.isClean()).isFalse();
        assertThat(connection.isBlocked()).isFalse();
        server.answer("ok");
        assertThat(connection.isClean()).isTrue();
        connection.close();
        assertThat(connection.isClean()).isFalse();
    }
}
