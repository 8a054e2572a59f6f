package io.dflockd.client.internal.lock;

import static io.dflockd.client.internal.lock.LockKit.TICK;
import static io.dflockd.client.internal.lock.LockKit.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.SemaphoreLimitMismatchException;
import io.dflockd.client.internal.lock.Acquisition.State;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every step of an acquisition. Its story is told by a list of events, each of them one of:
 *
 * <ul>
 *   <li>{@code start}: the caller asks
 *   <li>{@code connect}, {@code refuse}, {@code refuse auth}: the outcome of the dial that is under way
 *   <li>{@code session ...}, {@code wait ...}: the server answers on the session connection or on the connection for the wait,
 *       or {@code closes} it
 *   <li>{@code after 1.5}: seconds pass
 *   <li>{@code leave}: a caller that blocks gives up; {@code cancel}: an asynchronous one does
 *   <li>{@code close}: the client is closed
 *   <li>{@code limit 5}, {@code limit unknown}: the server's stats come
 * </ul>
 */
class AcquisitionTests {

    private final LockKit kit = new LockKit();

    private final Caller<Optional<LockHandle>> caller = kit.asyncCaller();

    private @Nullable Acquisition acquisition;

    private @Nullable ServerEnd session;

    private @Nullable ServerEnd wait;

    private Acquisition acquisition() {
        return Objects.requireNonNull(acquisition);
    }

    private ServerEnd session() {
        return Objects.requireNonNull(session);
    }

    private ServerEnd waiting() {
        return Objects.requireNonNull(wait);
    }

    private void acquisition(LockSpec spec, double patience) {
        acquisition = new Acquisition(
                kit.register, kit.server, spec, caller, seconds(patience).toNanos());
    }

    /** A lock with this patience in seconds, and what happens. */
    private void story(double patience, String events) {
        acquisition(kit.spec(), patience);
        happens(events);
    }

    private void happens(String events) {
        kit.tell(events, this::event);
    }

    private void event(String what, String details) {
        switch (what) {
            case "start" -> acquisition().start();
            case "connect" -> {
                if (acquisition().state() == State.CONNECTING) {
                    wait = kit.dialer.connect();
                } else {
                    session = kit.dialer.connect();
                }
            }
            case "refuse" -> {
                if (details.equals("auth")) {
                    kit.dialer.fail(new DflockdAuthenticationException("of the test"));
                } else {
                    kit.dialer.refuse();
                }
            }
            case "session" -> says(session(), details);
            case "wait" -> says(waiting(), details);
            case "after" -> kit.loop.advance(seconds(Double.parseDouble(details)));
            case "leave" -> acquisition().callerLeft(true);
            case "cancel" -> caller.future().cancel(false);
            case "close" -> kit.closeAndDrain();
            case "limit" ->
                kit.limitLookups.remove(0).accept(details.equals("unknown") ? null : Integer.valueOf(details));
            default -> throw new IllegalArgumentException(what);
        }
    }

    private static void says(ServerEnd server, String line) {
        if (line.equals("closes")) {
            server.close();
        } else {
            server.answer(line);
        }
    }

    private String outcome() {
        return LockKit.outcome(caller);
    }

    private Throwable failure() {
        return LockKit.failure(caller);
    }

    // --- every transition

    /** Each row leaves its last state by the next event, or ends. The caller waits for 60 s. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        start                                                                         | TRYING     | open
        start, connect                                                                | TRYING     | open
        start, connect, session ok t0 33                                              | DONE       | granted
        start, connect, session timeout                                               | CONNECTING | open
        start, connect, session timeout, connect                                      | WAITING    | open
        start, connect, session timeout, connect, wait ok t1 33                       | DONE       | granted
        start, connect, session timeout, connect, wait timeout                        | DONE       | busy

        cancel, start                                                                 | DONE       | cancelled
        close, start                                                                  | DONE       | ClientClosedException

        start, refuse                                                                 | TRYING     | open
        start, refuse, after 0.06                                                     | TRYING     | open
        start, refuse auth                                                            | DONE       | DflockdAuthenticationException
        start, connect, session closes                                                | TRYING     | open
        start, connect, session closes, after 0.06, connect, session closes           | PAUSED     | open
        start, connect, session error_max_locks                                       | DONE       | LockRejectedException
        start, connect, session error_max_waiters                                     | DONE       | LockRejectedException
        start, connect, session error_type_mismatch                                   | DONE       | LockRejectedException
        start, connect, session error_auth                                            | DONE       | DflockdAuthenticationException
        start, connect, session error_draining                                        | TRYING     | open
        start, connect, session error_not_leader                                      | DONE       | DflockdConnectionException
        start, connect, session error_already_enqueued                                | DONE       | DflockdProtocolException
        start, connect, session error_not_enqueued                                    | DONE       | DflockdProtocolException
        start, connect, session error_lease_expired                                   | TRYING     | open
        start, connect, session error_lease_expired, session error_lease_expired      | PAUSED     | open
        start, connect, session acquired t0 33                                        | DONE       | DflockdProtocolException
        start, connect, session queued                                                | DONE       | DflockdProtocolException
        start, connect, session nonsense                                              | DONE       | DflockdProtocolException
        start, connect, session error                                                 | TRYING     | open
        start, connect, session error, session error                                  | TRYING     | open
        start, connect, session ok                                                    | DONE       | DflockdProtocolException
        start, connect, session error_limit_mismatch                                  | EXPLAINING | open
        start, after 61                                                               | DONE       | ServerUnreachableException

        start, connect, session timeout, refuse                                       | TRYING     | open
        start, connect, session timeout, refuse auth                                  | DONE       | DflockdAuthenticationException
        start, connect, session timeout, refuse, session timeout, after 0.02          | PAUSED     | open
        start, connect, session timeout, cancel                                       | DONE       | cancelled
        start, connect, session timeout, close                                        | DONE       | ClientClosedException

        start, connect, session timeout, connect, wait closes                         | TRYING     | open
        start, connect, session timeout, connect, wait error, wait error              | TRYING     | open
        start, connect, session timeout, connect, wait error_max_waiters              | DONE       | LockRejectedException
        start, connect, session timeout, connect, wait error_draining                 | TRYING     | open
        start, connect, session timeout, connect, wait error_auth                     | DONE       | DflockdAuthenticationException
        start, connect, session timeout, connect, wait error_limit_mismatch           | EXPLAINING | open
        start, connect, session timeout, connect, wait nonsense                       | DONE       | DflockdProtocolException
        start, connect, session timeout, connect, wait error_lease_expired            | TRYING     | open
        start, connect, session timeout, connect, wait ok                             | DONE       | DflockdProtocolException
        start, connect, session timeout, connect, cancel                              | DONE       | cancelled
        start, connect, session timeout, connect, close                               | DONE       | ClientClosedException

        start, connect, session timeout, connect, after 20, wait ok t1 33             | CONFIRMING | open
        start, connect, session timeout, connect, after 20, wait ok t1 33, wait ok 33 | DONE       | granted
        start, connect, session timeout, connect, after 20, wait ok t1 33, wait error_lease_expired | TRYING | open
        start, connect, session timeout, connect, after 20, wait ok t1 33, wait closes | TRYING    | open
        start, connect, session timeout, connect, after 20, wait ok t1 33, wait nonsense | DONE    | DflockdProtocolException
        start, connect, session timeout, connect, after 20, wait ok t1 33, cancel     | DONE       | cancelled
        start, connect, session timeout, connect, after 20, wait ok t1 33, close      | DONE       | ClientClosedException

        start, connect, session closes, after 0.06, connect, session closes, cancel   | DONE       | cancelled
        start, connect, session closes, after 0.06, connect, session closes, close    | DONE       | ClientClosedException
        start, connect, session closes, after 0.06, connect, session closes, after 0.05 | TRYING   | open

        start, connect, session error_limit_mismatch, limit 5                         | DONE       | SemaphoreLimitMismatchException
        start, connect, session error_limit_mismatch, limit unknown                   | DONE       | SemaphoreLimitMismatchException
        start, connect, session error_limit_mismatch, cancel                          | DONE       | cancelled
        start, connect, session error_limit_mismatch, close                           | DONE       | ClientClosedException
        start, connect, session error_limit_mismatch, after 61                        | DONE       | SemaphoreLimitMismatchException
        """)
    void patientCaller(String events, State state, String outcome) {
        story(60, events);
        assertThat(acquisition().state()).isEqualTo(state);
        assertThat(outcome()).isEqualTo(outcome);
        assertThat(kit.register.snapshot(Map.of(), List.of()).waiting())
                .as("registered")
                .hasSize(state == State.DONE ? 0 : 1);
    }

    /** A try asks once and takes no for an answer. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        start                                                | TRYING     | open
        start, connect, session ok t0 33                     | DONE       | granted
        start, connect, session timeout                      | DONE       | busy
        start, connect, session error_max_waiters            | DONE       | busy
        start, connect, session error_lease_expired          | DONE       | busy
        start, connect, session error_max_locks              | DONE       | LockRejectedException
        start, connect, session error, session error         | DONE       | DflockdProtocolException
        start, connect, session error_draining               | DONE       | ConnectionClosedException
        start, connect, session closes                       | DONE       | ConnectionClosedException
        start, connect, session error_limit_mismatch         | EXPLAINING | open
        start, refuse                                        | DONE       | ServerUnreachableException
        start, after 15.01                                   | DONE       | ServerUnreachableException
        start, after 14.9                                    | TRYING     | open
        start, connect, after 15.01                          | DONE       | RequestTimeoutException
        start, cancel                                        | DONE       | cancelled
        start, connect, cancel                               | DONE       | cancelled
        """)
    void tryOnAClientThatIsNotConnected(String events, State state, String outcome) {
        story(0, events);
        assertThat(acquisition().state()).isEqualTo(state);
        assertThat(outcome()).isEqualTo(outcome);
    }

    @Test
    void beforeItIsOnTheLoopItIsNew() {
        acquisition(kit.spec(), 1);
        acquisition().start();
        assertThat(acquisition().state()).isEqualTo(State.NEW);
    }

    @Test
    void otherTransitionsThrow() {
        acquisition(kit.spec(), 1);
        assertThatIllegalStateException()
                .isThrownBy(() -> acquisition().granted(new Reply(ServerEnd.ADDRESS, "ok t0 33"), null, 0))
                .withMessageContaining("lock 'k' cannot become CONFIRMING after NEW");
        happens("start, connect, session error_limit_mismatch");
        assertThatIllegalStateException()
                .isThrownBy(() -> acquisition().lost(new DflockdException("of the test")))
                .withMessageContaining("cannot become TRYING after EXPLAINING");
    }

    // --- what is sent

    @Test
    void waitsForTheRestOfItsTimeOnAConnectionOfItsOwn() {
        story(10, "start, connect");
        assertThat(session().request()).isEqualTo("l k 0");
        happens("after 2.5, session timeout, connect");
        assertThat(session().requests()).isEmpty();
        assertThat(waiting().request()).as("rounded up").isEqualTo("l k 8");
    }

    @Test
    void leaseIsInBothRequests() {
        acquisition(kit.spec().withLeaseSeconds(20), 10);
        happens("start, connect");
        assertThat(session().request()).isEqualTo("l k 0 20");
        happens("session timeout, connect");
        assertThat(waiting().request()).isEqualTo("l k 10 20");
    }

    @Test
    void semaphoreIsAskedForByItsVerbsAndLimit() {
        acquisition(kit.semaphoreSpec(), 10);
        happens("start, connect");
        assertThat(session().request()).isEqualTo("sl k 0 3");
        happens("session timeout, connect");
        assertThat(waiting().request()).isEqualTo("sl k 10 3");
    }

    @Test
    void asksAgainAtOnceThenAfterLongerAndLongerDelays() {
        story(60, "start, connect, session error_lease_expired");
        assertThat(session().requests()).as("the first again at once").containsExactly("l k 0", "l k 0");
        for (int delay : new int[] {40, 80, 160, 320, 640, 1280, 2560, 2560}) {
            happens("session error_lease_expired");
            kit.loop.advance(Duration.ofMillis(delay * 4L / 5 - 1));
            assertThat(session().requests()).as("before %d ms", delay).isEmpty();
            kit.loop.advance(Duration.ofMillis(delay / 5 + 1).plus(TICK));
            assertThat(session().requests()).as("after %d ms", delay).containsExactly("l k 0");
        }
    }

    @Test
    void serverThatDrainsIsAskedAgainOnAnotherConnection() {
        story(60, "start, connect, session error_draining");
        assertThat(session().isOpen()).isFalse();
        assertThat(kit.dialer.underWay()).as("not at once").isZero();
        happens("after 0.06, connect");
        assertThat(session().request()).isEqualTo("l k 0");
        happens("session error_draining, after 0.01");
        assertThat(kit.dialer.underWay()).as("later and later").isZero();
        happens("after 0.11, connect, session ok t0 33");
        assertThat(outcome()).isEqualTo("granted");
    }

    @Test
    void connectionForTheWaitIsReturnedAfterBusy() {
        story(1, "start, connect, session timeout, connect, after 0.9, wait timeout");
        assertThat(outcome()).isEqualTo("busy");
        assertThat(waiting().isOpen()).isTrue();
        kit.loop.advance(kit.settings.waitConnectionIdle.plus(TICK));
        assertThat(waiting().isOpen()).as("unused").isFalse();
    }

    @Test
    void connectionOfAGrantThatIsGoneIsUsedAgain() {
        story(60, "start, connect, session timeout, connect, after 20, wait ok t1 33, wait error_lease_expired");
        waiting().requests();
        happens("session error, session error, session timeout");
        assertThat(acquisition().state()).isEqualTo(State.WAITING);
        assertThat(waiting().request()).isEqualTo("l k 40");
    }

    // --- others of the client are in the queue

    private final Caller<Optional<LockHandle>> otherCaller = kit.asyncCaller();

    private @Nullable Acquisition other;

    /** Another acquisition of the client is in the server's queue. The server's end of its connection. */
    private ServerEnd otherWaits() {
        session = kit.session();
        other = new Acquisition(
                kit.register, kit.server, kit.spec(), otherCaller, seconds(60).toNanos());
        other.start();
        kit.loop.settle();
        assertThat(session.request()).isEqualTo("l k 0");
        session.answer("timeout");
        ServerEnd connection = kit.dialer.connect();
        assertThat(connection.request()).isEqualTo("l k 60");
        return connection;
    }

    @Test
    void joinsTheQueueAtOnceIfOthersOfTheClientAreInIt() {
        otherWaits();
        story(10, "start");
        assertThat(acquisition().state()).isEqualTo(State.CONNECTING);
        happens("connect");
        assertThat(waiting().request()).isEqualTo("l k 10");
        assertThat(session().requests()).as("tries").isEmpty();
        happens("wait ok t1 33");
        assertThat(outcome()).isEqualTo("granted");
    }

    /** Its dial may hang, and the key be free meanwhile. */
    @Test
    void triesFirstIfTheOtherIsOnlyAboutToJoin() {
        session = kit.session();
        other = new Acquisition(
                kit.register, kit.server, kit.spec(), otherCaller, seconds(60).toNanos());
        other.start();
        kit.loop.settle();
        session.answer("timeout");
        session.requests();
        story(10, "start");
        assertThat(acquisition().state()).isEqualTo(State.TRYING);
    }

    @Test
    void triesFirstIfTheOthersWaitForALockAndItForASemaphoreOfTheSameKey() {
        otherWaits();
        acquisition(kit.semaphoreSpec(), 10);
        happens("start");
        assertThat(acquisition().state()).isEqualTo(State.TRYING);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.05, 1.99})
    void triesFirstIfItsTimeIsTooShortToSeeThatTheServerIsAlive(double patience) {
        otherWaits();
        story(patience, "start");
        assertThat(acquisition().state()).isEqualTo(State.TRYING);
        assertThat(session().requests()).containsExactly("l k 0");
    }

    @Test
    void triesFirstIfTheOthersWaitForAnotherKey() {
        otherWaits();
        acquisition(kit.spec().withTarget(Target.lock("j")), 10);
        happens("start");
        assertThat(acquisition().state()).isEqualTo(State.TRYING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok t1 33", "timeout", "closes", "error_max_waiters", "left", "cancelled"})
    void triesFirstAfterTheOtherHasLeftTheQueue(String end) {
        ServerEnd connection = otherWaits();
        switch (end) {
            case "left" -> Objects.requireNonNull(other).callerLeft(true);
            case "cancelled" -> otherCaller.future().cancel(false);
            default -> says(connection, end);
        }
        kit.loop.settle();
        session().requests();
        story(10, "start");
        assertThat(acquisition().state()).isEqualTo(State.TRYING);
        assertThat(session().requests()).containsExactly("l k 0");
    }

    @Test
    void joinsTheQueueUntilTheLastOfTheOthersHasLeftIt() {
        otherWaits();
        Caller<Optional<LockHandle>> third = kit.asyncCaller();
        new Acquisition(kit.register, kit.server, kit.spec(), third, seconds(60).toNanos()).start();
        kit.loop.settle();
        kit.dialer.connect();
        Objects.requireNonNull(other).callerLeft(true);
        kit.loop.settle();
        story(10, "start");
        assertThat(acquisition().state()).isEqualTo(State.CONNECTING);
    }

    @Test
    void waitsForTheSessionIfThatHasBroken() {
        otherWaits();
        session().close();
        story(10, "start");
        assertThat(acquisition().state()).isEqualTo(State.TRYING);
    }

    @Test
    void isBusyAfterASignOfLife() {
        otherWaits();
        story(2, "start, connect, after 0.24");
        assertThat(session().requests()).isEmpty();
        happens("after 0.02");
        assertThat(session().requests()).containsExactly("r _ _");
        happens("session error, after 1.76");
        assertThat(outcome()).isEqualTo("busy");
    }

    @Test
    void isNotBusyIfTheSessionHasBeenSilentSinceTheSignOfLife() {
        otherWaits();
        story(10, "start, connect, after 0.3, session error, after 9.8");
        assertThat(outcome()).isEqualTo("RequestTimeoutException");
    }

    @Test
    void isBusyThoughTheSessionEndsAfterTheSignOfLife() {
        otherWaits();
        story(10, "start, connect, after 0.3, session error, session closes, after 9.8");
        assertThat(outcome()).isEqualTo("busy");
    }

    @Test
    void signOfLifeIsAskedForOnANewSessionIfTheOldOneHasEnded() {
        otherWaits();
        story(10, "start, connect");
        session().close();
        happens("after 0.3");
        session = kit.dialer.connect();
        kit.loop.settle();
        assertThat(session().requests()).containsExactly("r _ _");
        happens("session error, after 2");
        kit.advanceAlive(session(), seconds(7.8));
        assertThat(outcome()).isEqualTo("busy");
    }

    @Test
    void isNotBusyWithoutASignOfLife() {
        otherWaits();
        story(2, "start, connect, after 2.02");
        assertThat(outcome()).isEqualTo("RequestTimeoutException");
        assertThat(failure()).hasMessageContaining("did not answer");
    }

    /** What was answered before the request was in the queue says nothing about the queue. */
    @Test
    void answersOfBeforeItWasInTheQueueAreNoSignOfLife() {
        otherWaits();
        story(2, "start, after 1");
        LockKit.keepAlive(session());
        happens("connect, after 1.02");
        assertThat(outcome()).isEqualTo("RequestTimeoutException");
    }

    @Test
    void isNotBusyWithoutAConnectionToWaitOn() {
        otherWaits();
        story(2, "start, after 2.02");
        assertThat(outcome()).isEqualTo("RequestTimeoutException");
        assertThat(session().requests()).as("nothing was asked").isEmpty();
    }

    @Test
    void asksForNoSignOfLifeAfterItsEnd() {
        otherWaits();
        story(10, "start, connect, wait ok t1 33, after 1");
        assertThat(session().requests()).isEmpty();
    }

    @Test
    void triesAfterTheConnectionInTheQueueBroke() {
        otherWaits();
        story(10, "start, connect, wait closes");
        assertThat(acquisition().state()).isEqualTo(State.TRYING);
        assertThat(session().requests()).containsExactly("l k 0");
    }

    // --- the caller's time

    @Test
    void whileItIsBusyTheTimeOfAnAsynchronousCallerEndsAsBusy() {
        story(10, "start, connect, session timeout, connect, after 7, session error, after 2.99");
        assertThat(outcome()).isEqualTo("open");
        happens("after 0.02");
        assertThat(outcome()).isEqualTo("busy");
        assertThat(kit.loop.events().all()).contains("timedOut k");
    }

    @Test
    void busyIsNoExcuseIfTheSessionHasBeenSilentSince() {
        story(10, "start, connect, session timeout, connect, after 10.01");
        assertThat(outcome()).isEqualTo("RequestTimeoutException");
        assertThat(failure()).hasMessageContaining("did not answer").hasMessageContaining("10000 ms");
    }

    @ParameterizedTest
    @CsvSource({"0.001, 1", "0.2, 1", "1, 1", "3, 3"})
    void firstConnectionMayTakeASecondHoweverShortTheTimeoutIs(double patience, double waits) {
        story(patience, "start, after " + (waits - 0.01));
        assertThat(outcome()).isEqualTo("open");
        happens("after 0.03");
        assertThat(outcome()).isEqualTo("ServerUnreachableException");
        assertThat(failure()).hasMessageContaining("no connection to server server:6388 was ready");
        assertThat(kit.dialer.underWay()).isEqualTo(1);
        happens("connect");
        assertThat(session().requests()).as("asked for nobody").isEmpty();
    }

    @Test
    void shortTimeoutIsGrantedOnAConnectionThatTookLonger() {
        story(0.05, "start, after 0.5, connect, session ok t0 33");
        assertThat(outcome()).isEqualTo("granted");
    }

    @Test
    void shortTimeoutThatIsOverWhenTheServerSaysBusyIsBusy() {
        story(0.05, "start, after 0.5, connect, session timeout");
        assertThat(outcome()).isEqualTo("busy");
        assertThat(kit.dialer.dials()).as("connections to wait on").isEqualTo(1);
    }

    @Test
    void shortConnectTimeoutBoundsTheFirstConnection() {
        kit.settings.connectTimeout = Duration.ofMillis(300);
        story(0.05, "start, after 0.29");
        assertThat(outcome()).isEqualTo("open");
        happens("after 0.02");
        assertThat(outcome()).isEqualTo("ServerUnreachableException");
    }

    @Test
    void onAnOpenConnectionATryWaitsForTheRequestTimeout() {
        session = kit.session();
        story(0, "start, after 4.99");
        assertThat(outcome()).isEqualTo("open");
        happens("after 0.02");
        assertThat(outcome()).isEqualTo("RequestTimeoutException");
    }

    @Test
    void onAnOpenConnectionAShortTimeoutIsExact() {
        session = kit.session();
        story(0.05, "start, after 0.07");
        assertThat(outcome()).isEqualTo("RequestTimeoutException");
    }

    @Test
    void failureThatLastedIsWhatTheCallerGets() {
        story(3, "start");
        for (int i = 0; i < 100 && acquisition().state() != State.DONE; i++) {
            if (kit.dialer.underWay() > 0) {
                happens("refuse");
            }
            happens("after 0.1");
        }
        assertThat(outcome()).isEqualTo("ServerUnreachableException");
        assertThat(failure())
                .hasMessageContaining("lock 'k' could not be requested within 3000 ms")
                .hasMessageContaining("refused");
        assertThat(kit.loop.elapsed()).isBetween(seconds(3), seconds(3.2));
        assertThat(kit.loop.events().all()).contains("acquireFailed k ServerUnreachableException");
    }

    @Test
    void callerThatBlocksIsTimedByItself() {
        Caller<Optional<LockHandle>> blocking = Caller.blocking(Optional::of, Optional::empty);
        Acquisition own = new Acquisition(kit.register, kit.server, kit.spec(), blocking, TimeUnit.SECONDS.toNanos(10));
        own.start();
        kit.loop.advance(Duration.ofMinutes(1));
        assertThat(blocking.isDone()).isFalse();
        assertThat(own.callerWaitsNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(10));
        own.callerLeft(false);
        assertThat(own.state()).isEqualTo(State.DONE);
    }

    @Test
    void failureAfterTheTimeOfACallerThatBlocksIsItsOutcome() {
        Caller<Optional<LockHandle>> blocking = Caller.blocking(Optional::of, Optional::empty);
        acquisition = new Acquisition(kit.register, kit.server, kit.spec(), blocking, TimeUnit.SECONDS.toNanos(1));
        happens("start, connect, after 2, session closes");
        assertThat(acquisition().state()).isEqualTo(State.DONE);
        assertThat(LockKit.failure(blocking)).isInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void failureOfBeforeIsForgottenWhenTheServerSaysBusy() {
        story(3, "start, refuse, after 0.06, connect, session timeout, connect, after 3");
        assertThat(outcome()).isEqualTo("busy");
    }

    // --- a caller that leaves

    @Test
    void beforeTheConnectionNothingIsSentForIt() {
        story(60, "start, cancel, connect");
        assertThat(acquisition().state()).isEqualTo(State.DONE);
        assertThat(session().requests()).isEmpty();
    }

    @Test
    void grantThatComesAfterTheCallerLeftIsReleased() {
        session = kit.session();
        story(0, "start, after 5.01");
        assertThat(outcome()).isEqualTo("RequestTimeoutException");
        session().requests();
        happens("session ok t0 33");
        assertThat(session().request()).isEqualTo("r k t0");
        assertThat(kit.register.snapshot(Map.of(), List.of()).held()).isEmpty();
    }

    @Test
    void grantThatFindsTheFutureCompletedIsReleased() {
        story(60, "start, connect");
        session().requests();
        session().answerBeforeUserCode("ok t0 33");
        assertThat(acquisition().state()).isEqualTo(State.DONE);
        caller.future().cancel(false);
        assertThat(session().request()).isEqualTo("r k t0");
    }

    @Test
    void callerThatLeavesATryOnAnOpenConnectionIsNoticedWithTheAnswer() {
        session = kit.session();
        story(0, "start, cancel");
        assertThat(acquisition().state()).isEqualTo(State.TRYING);
        session().requests();
        happens("session ok t0 33");
        assertThat(acquisition().state()).isEqualTo(State.DONE);
        assertThat(session().request()).isEqualTo("r k t0");
        assertThat(kit.loop.events().count("acquired")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout", "error_max_locks", "error_limit_mismatch", "nonsense", "closes"})
    void callerThatHasLeftIsNoFailure(String answer) {
        session = kit.session();
        story(0, "start, cancel, session " + answer);
        assertThat(acquisition().state()).isEqualTo(State.DONE);
        assertThat(kit.loop.events().count("timedOut") + kit.loop.events().count("acquireFailed"))
                .as("told to listeners")
                .isZero();
        assertThat(kit.limitLookups).isEmpty();
    }

    @Test
    void callerThatLeavesWhileItIsBusyIsNoticedAtOnce() {
        session = kit.session();
        story(60, "start, session timeout, cancel");
        assertThat(acquisition().state()).isEqualTo(State.DONE);
    }

    @Test
    void callerThatGivesUpWhileItsConnectionOpensGetsNoPlaceInTheQueue() {
        session = kit.session();
        Caller<Optional<LockHandle>> blocking = Caller.blocking(Optional::of, Optional::empty);
        acquisition = new Acquisition(kit.register, kit.server, kit.spec(), blocking, TimeUnit.SECONDS.toNanos(60));
        happens("start, session timeout");
        blocking.notStarted(new InterruptedException());
        happens("connect");
        assertThat(waiting().requests()).isEmpty();
        assertThat(waiting().isOpen()).as("returned").isTrue();
    }

    @Test
    void longWaitIsEndedByClosingItsConnection() {
        story(60, "start, connect, session timeout, connect, cancel");
        assertThat(waiting().isOpen()).isFalse();
        assertThat(session().isOpen()).isTrue();
    }

    @Test
    void waitThatSoonRunsOutIsLeftAlone() {
        story(2, "start, connect, session timeout, connect, after 0.6, cancel");
        assertThat(acquisition().state()).isEqualTo(State.DONE);
        assertThat(waiting().isOpen()).isTrue();
        happens("wait timeout");
        assertThat(waiting().isOpen()).isTrue();
    }

    @Test
    void grantOfAWaitThatRunsOutIsReleased() {
        story(1, "start, connect, session timeout, connect, after 0.5, cancel");
        waiting().requests();
        happens("wait ok t1 33");
        assertThat(waiting().request()).isEqualTo("r k t1");
        happens("wait ok");
        assertThat(waiting().isOpen()).as("returned").isTrue();
    }

    @Test
    void connectionThatComesForNobodyIsReturned() {
        story(60, "start, connect, session timeout, cancel");
        wait = kit.dialer.connect();
        assertThat(waiting().requests()).isEmpty();
        assertThat(waiting().isOpen()).isTrue();
    }

    @Test
    void confirmationThatComesForNobodyIsReleased() {
        story(60, "start, connect, session timeout, connect, after 20, wait ok t1 33, cancel");
        assertThat(waiting().requests()).containsExactly("l k 60", "n k t1 33");
        happens("wait ok 33");
        assertThat(waiting().request()).isEqualTo("r k t1");
    }

    @Test
    void pauseIsOverForACallerThatLeft() {
        story(60, "start, connect, session error_lease_expired, session error_lease_expired, cancel");
        session().requests();
        happens("after 5");
        assertThat(session().requests()).doesNotContain("l k 0");
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"TRYING", "CONNECTING", "WAITING", "CONFIRMING", "PAUSED", "EXPLAINING", "DONE"})
    void callerMayLeaveInEveryStateAndIsToldNothing(State state) {
        String events = switch (state) {
            case TRYING -> "start, connect";
            case CONNECTING -> "start, connect, session timeout";
            case WAITING -> "start, connect, session timeout, connect";
            case CONFIRMING -> "start, connect, session timeout, connect, after 20, wait ok t1 33";
            case PAUSED -> "start, connect, session error_lease_expired, session error_lease_expired";
            case EXPLAINING -> "start, connect, session error_limit_mismatch";
            default -> "start, connect, session nonsense";
        };
        story(60, events);
        assertThat(acquisition().state()).isEqualTo(state);
        String before = outcome();
        happens("leave");
        assertThat(acquisition().state()).isEqualTo(State.DONE);
        assertThat(outcome()).isEqualTo(before);
        happens("after 70");
        assertThat(outcome()).isEqualTo(before);
        assertThat(kit.loop.events().count("timedOut")).as("told to listeners").isEqualTo(state == State.DONE ? 0 : 1);
    }

    // --- the limit of a semaphore

    @Test
    void mismatchNamesTheServersLimit() {
        acquisition(kit.semaphoreSpec(), 60);
        happens("start, connect, session error_limit_mismatch, limit 5");
        assertThat(failure())
                .isInstanceOf(SemaphoreLimitMismatchException.class)
                .hasMessageContaining("with limit 5");
        assertThat(kit.loop.events().all()).contains("acquireFailed k SemaphoreLimitMismatchException");
    }

    @Test
    void mismatchThatIsNotExplainedInTimeEndsInTime() {
        session = kit.session();
        acquisition(kit.semaphoreSpec(), 0.1);
        happens("start, session error_limit_mismatch, after 0.12");
        assertThat(outcome()).isEqualTo("SemaphoreLimitMismatchException");
        assertThat(failure()).hasMessageContaining("another limit");
        happens("limit 5");
        assertThat(failure()).hasMessageContaining("another limit");
    }

    @Test
    void stateOfAClosedClientIsTold() {
        story(60, "start, connect, session timeout, connect, close");
        assertThat(failure()).hasMessageContaining("the dflockd client is closed");
        assertThat(waiting().isOpen()).isFalse();
    }

    // --- events

    @Test
    void eventsSayHowItEnded() {
        story(60, "start, connect, session ok t0 33");
        assertThat(kit.loop.events().all()).containsExactly("connected first", "acquired k");
    }
}
