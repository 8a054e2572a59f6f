package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.TlsException;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SharedConnectionTests {

    private static final Duration IDLE = Duration.ofSeconds(12);

    private static final Duration TICK = Duration.ofMillis(10);

    private final TestLoop loop = new TestLoop();

    private final TestDialer dialer = new TestDialer(loop);

    private final ServerConnections connections = new ServerConnections(
            ServerEnd.ADDRESS, dialer, loop.loop(), 10, Duration.ofSeconds(10).toNanos());

    private final TestOwner owner = new TestOwner();

    private SharedConnection shared = connections.keptAlive(owner);

    private TestUser use(TestUser user) {
        shared.use(user);
        return user;
    }

    private TestExchange send(ServerEnd server) {
        TestExchange exchange = new TestExchange();
        server.connection().send("x\nk\n0\n".getBytes(StandardCharsets.US_ASCII), exchange);
        return exchange;
    }

    // --- dialling

    @Test
    void nothingIsDialledUntilSomebodyAsks() {
        assertThat(dialer.dials()).isZero();
        assertThat(shared.isConnected()).isFalse();
        assertThat(shared.isSuspicious()).isFalse();
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void oneDialServesAllWhoWaitInTheirOrder() {
        List<String> order = new ArrayList<>();
        List<TestUser> users = Stream.of("a", "b", "c")
                .map(name -> use(TestUser.impatient().then(() -> order.add(name))))
                .toList();
        assertThat(dialer.dials()).isEqualTo(1);
        assertThat(users).allMatch(user -> user.calls() == 0);
        ServerEnd server = dialer.connect();
        assertThat(order).containsExactly("a", "b", "c");
        assertThat(users).allMatch(user -> user.connection() == server.connection());
        assertThat(shared.isConnected()).isTrue();
        assertThat(connections.open()).isEqualTo(1);
        assertThat(loop.events().all()).containsExactly("connected first");
    }

    @Test
    void openConnectionIsGivenAtOnce() {
        use(TestUser.impatient());
        dialer.connect();
        assertThat(use(TestUser.impatient()).calls()).isEqualTo(1);
        assertThat(dialer.dials()).isEqualTo(1);
    }

    @Test
    void userThatNoLongerWaitsGetsNothing() {
        TestUser forgotten = use(TestUser.patient());
        TestUser other = use(TestUser.patient());
        shared.forget(forgotten);
        dialer.connect();
        assertThat(forgotten.calls()).isZero();
        assertThat(other.calls()).isEqualTo(1);
    }

    @Test
    void usersThatWaitBehindOneThatClosedTheConnectionGetTheNext() {
        TestUser breaker = TestUser.patient();
        use(breaker.then(() -> breaker.connection().close()));
        TestUser behind = use(TestUser.patient());
        assertThat(dialer.connect().isOpen()).isFalse();
        assertThat(behind.calls()).as("before there is another").isZero();
        loop.advance(Duration.ofSeconds(1));
        ServerEnd second = dialer.connect();
        assertThat(behind.connection()).isSameAs(second.connection());
    }

    /** As one for which there is no memory. */
    @Test
    void userThatFailsIsToldSoAndCostsNoOtherUserItsTurn() {
        TestUser failing = use(TestUser.patient().then(() -> {
            throw new InternalError("of the test");
        }));
        TestUser behind = use(TestUser.patient());
        dialer.connect();
        assertThat(behind.calls()).isEqualTo(1);
        assertThat(failing.failure())
                .isInstanceOf(DflockdConnectionException.class)
                .hasCauseInstanceOf(InternalError.class);
    }

    @Test
    void userThatFailsWhileItIsToldOfAFailureCostsNoOtherUserItsTurn() {
        shared.use(new SharedConnection.User() {
            @Override
            public void connected(Connection connection) {}

            @Override
            public void unavailable(DflockdException cause) {
                throw new InternalError("of the test");
            }
        });
        TestUser impatient = use(TestUser.impatient());
        TestUser patient = use(TestUser.patient());
        dialer.refuse();
        assertThat(impatient.failure()).isInstanceOf(ServerUnreachableException.class);
        loop.advance(Duration.ofMillis(60));
        dialer.connect();
        assertThat(patient.calls()).isEqualTo(1);
    }

    @Test
    void ownerThatFailsWhenItsConnectionEndsGetsTheNextOne() {
        shared = connections.keptAlive((ended, cause) -> {
            throw new InternalError("of the test");
        });
        use(TestUser.patient());
        ServerEnd server = dialer.connect();
        TestUser next = TestUser.patient();
        server.connection().send(new byte[] {'x'}, Exchange.of((reply, sentAt) -> {}, cause -> shared.use(next)));
        server.close();
        loop.advance(Duration.ofMillis(60));
        dialer.connect();
        assertThat(next.calls()).isEqualTo(1);
    }

    // --- failures

    @Test
    void failureEndsTheWaitOfTheImpatientAndTheOthersDialAgainAfterARest() {
        TestUser impatient = use(TestUser.impatient());
        TestUser patient = use(TestUser.patient());
        dialer.refuse();
        assertThat(impatient.failure()).isInstanceOf(ServerUnreachableException.class);
        assertThat(patient.calls()).isZero();
        loop.advance(Duration.ofMillis(39));
        assertThat(dialer.dials()).as("dials during the rest").isEqualTo(1);
        loop.advance(Duration.ofMillis(21));
        assertThat(dialer.dials()).as("dials after it").isEqualTo(2);
        dialer.connect();
        assertThat(patient.connection()).isNotNull();
        assertThat(loop.events().all()).containsExactly("connectFailed ServerUnreachableException", "connected first");
    }

    @Test
    void nobodyDialsAgainIfNobodyWaits() {
        use(TestUser.impatient());
        dialer.refuse();
        loop.advance(Duration.ofMinutes(1));
        assertThat(dialer.dials()).isEqualTo(1);
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void duringARestTheImpatientGetTheLastFailureAndThePatientWait() {
        use(TestUser.impatient());
        dialer.refuse();
        assertThat(use(TestUser.impatient()).failure()).isInstanceOf(ServerUnreachableException.class);
        TestUser patient = use(TestUser.patient());
        assertThat(dialer.dials()).isEqualTo(1);
        loop.advance(Duration.ofMillis(60));
        dialer.connect();
        assertThat(patient.connection()).isNotNull();
    }

    @Test
    void afterARestTheImpatientMayDial() {
        use(TestUser.impatient());
        dialer.refuse();
        loop.advance(Duration.ofMillis(60));
        use(TestUser.impatient());
        assertThat(dialer.underWay()).isEqualTo(1);
    }

    static Stream<DflockdException> permanent() {
        return Stream.of(
                new DflockdAuthenticationException("of the test"),
                new TlsException("of the test", null),
                new DflockdProtocolException("of the test"));
    }

    @ParameterizedTest
    @MethodSource("permanent")
    void failureThatDoesNotPassEndsEveryWait(DflockdException cause) {
        TestUser patient = use(TestUser.patient());
        dialer.fail(cause);
        assertThat(patient.failure()).isSameAs(cause);
        assertThat(dialer.underWay()).isZero();
    }

    @Test
    void connectionThatNeverAnsweredCountsAsAFailure() {
        use(TestUser.impatient());
        dialer.connect().close();
        assertThat(use(TestUser.impatient()).failure()).isInstanceOf(ConnectionClosedException.class);
        assertThat(dialer.underWay()).isZero();
    }

    // --- a connection that breaks

    @Test
    void brokenConnectionIsToldAndDialledAgainWhenSomebodyAsks() {
        use(TestUser.impatient());
        ServerEnd server = dialer.connect();
        send(server);
        server.answer("ok");
        server.close();
        assertThat(owner.seen).containsExactly("closed ConnectionClosedException");
        assertThat(shared.isConnected()).isFalse();
        assertThat(connections.open()).isZero();
        assertThat(dialer.dials()).isEqualTo(1);
        TestUser later = use(TestUser.impatient());
        dialer.connect();
        assertThat(later.connection()).isNotNull();
        assertThat(loop.events().all())
                .containsExactly("connected first", "disconnected ConnectionClosedException", "connected again");
    }

    /** How many are dialled while the server answers each one and hangs up, and somebody always wants the next one. */
    private int dialsIn(Duration time) {
        Duration end = loop.elapsed().plus(time);
        int before = dialer.dials();
        while (loop.elapsed().compareTo(end) < 0) {
            if (dialer.underWay() > 0) {
                ServerEnd server = dialer.connect();
                send(server);
                server.answer("ok");
                server.close();
                use(TestUser.patient());
            }
            loop.advance(TICK);
        }
        return dialer.dials() - before;
    }

    @Test
    void serverThatAnswersAndHangsUpIsDialledLessAndLessOften() {
        use(TestUser.patient());
        assertThat(dialsIn(Duration.ofSeconds(5))).isBetween(7, 12);
        assertThat(dialsIn(Duration.ofMinutes(1))).isBetween(28, 40);
    }

    @Test
    void serverThatHangsUpOnOneThatIsDialledOnDemandHoldsUpNobody() {
        ServerEnd server = onDemand();
        for (int i = 0; i < 5; i++) {
            send(server);
            server.answer("ok");
            server.close();
            use(TestUser.impatient());
            server = dialer.connect();
        }
        assertThat(server.isOpen()).isTrue();
    }

    @Test
    void userThatAsksWhileItsRequestFailsIsServedByTheNextDial() {
        use(TestUser.impatient());
        ServerEnd server = dialer.connect();
        TestUser again = TestUser.patient();
        server.connection().send(new byte[] {'x'}, new Exchange() {
            @Override
            protected void answered(Reply reply) {}

            @Override
            protected void failed(DflockdException cause) {
                shared.use(again);
            }
        });
        server.close();
        loop.advance(Duration.ofMillis(60));
        assertThat(dialer.underWay()).isEqualTo(1);
        dialer.connect();
        assertThat(again.connection()).isNotNull();
    }

    @Test
    void keptAliveOneIsKeptAliveAndFoundSuspiciousWithoutAnswers() {
        use(TestUser.impatient());
        ServerEnd server = dialer.connect();
        loop.advance(Duration.ofSeconds(7).plus(TICK));
        assertThat(server.request()).isEqualTo("r _ _");
        assertThat(shared.isSuspicious()).isFalse();
        loop.advance(Duration.ofSeconds(1));
        assertThat(shared.isSuspicious()).isTrue();
        server.answer("error");
        assertThat(shared.isSuspicious()).isFalse();
    }

    @Test
    void pushedLinesAndKeepAlivesGoToTheOwner() {
        owner.hasSomethingToSend = true;
        use(TestUser.impatient());
        ServerEnd server = dialer.connect();
        server.answer("sig a x");
        loop.advance(Duration.ofSeconds(7).plus(TICK));
        assertThat(owner.seen).containsExactly("sig a x");
        assertThat(server.requests()).isEmpty();
    }

    // --- one that is closed when it is not used

    private ServerEnd onDemand() {
        shared = connections.onDemand(IDLE.toNanos());
        use(TestUser.impatient());
        return dialer.connect();
    }

    @Test
    void unusedOneIsClosedAfterItsIdleTime() {
        ServerEnd server = onDemand();
        loop.advance(IDLE.minus(TICK));
        assertThat(server.isOpen()).isTrue();
        loop.advance(TICK.multipliedBy(2));
        assertThat(server.isOpen()).isFalse();
        assertThat(server.requests()).as("keep-alives").isEmpty();
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void usePostponesIt() {
        ServerEnd server = onDemand();
        loop.advance(Duration.ofSeconds(8));
        use(TestUser.impatient());
        loop.advance(Duration.ofSeconds(8));
        assertThat(server.isOpen()).isTrue();
        loop.advance(Duration.ofSeconds(4).plus(TICK));
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void outstandingAnswerPostponesIt() {
        ServerEnd server = onDemand();
        TestExchange request = send(server);
        loop.advance(IDLE.plus(TICK));
        assertThat(request.isOpen()).isTrue();
        server.answer("ok");
        loop.advance(IDLE.plus(TICK));
        assertThat(server.isOpen()).isFalse();
    }

    // --- closed for good

    @Test
    void removedOneFailsEverybodyAndSendsWhatWasWritten() {
        use(TestUser.impatient());
        ServerEnd server = dialer.connect();
        send(server);
        connections.remove(shared);
        assertThat(server.requests()).containsExactly("x k 0");
        assertThat(server.isOpen()).isFalse();
        TestUser later = use(TestUser.patient());
        assertThat(later.failure())
                .isInstanceOf(ConnectionClosedException.class)
                .hasMessageContaining("no longer used");
        assertThat(dialer.underWay()).isZero();
    }

    @Test
    void connectionThatIsReadyOnlyAfterTheRemovalIsClosed() {
        TestUser waiting = use(TestUser.patient());
        connections.remove(shared);
        assertThat(waiting.failure()).isInstanceOf(ConnectionClosedException.class);
        ServerEnd server = dialer.connect();
        assertThat(server.isOpen()).isFalse();
        assertThat(connections.open()).isZero();
        assertThat(waiting.calls()).isEqualTo(1);
    }

    @Test
    void closeOfTheClientEndsDialsAndWaits() {
        TestUser waiting = use(TestUser.patient());
        connections.close();
        assertThat(connections.isClosed()).isTrue();
        assertThat(waiting.failure()).isInstanceOf(ClientClosedException.class);
        assertThat(waiting.calls()).isEqualTo(1);
        assertThat(dialer.underWay()).as("dials under way").isZero();
        assertThat(use(TestUser.patient()).failure()).isInstanceOf(ClientClosedException.class);
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void quietIsAServerThatOwesNoAnswer() {
        assertThat(connections.isQuiet()).isTrue();
        use(TestUser.impatient());
        ServerEnd server = dialer.connect();
        assertThat(connections.isQuiet()).isTrue();
        send(server);
        assertThat(connections.isQuiet()).isFalse();
        server.answer("ok");
        assertThat(connections.isQuiet()).isTrue();
        server.close();
        assertThat(connections.isQuiet()).isTrue();
    }
}
