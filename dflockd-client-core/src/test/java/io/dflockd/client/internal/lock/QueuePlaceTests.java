package io.dflockd.client.internal.lock;

import static io.dflockd.client.internal.lock.LockKit.TICK;
import static io.dflockd.client.internal.lock.LockKit.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.LossReason;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.internal.lock.QueuePlace.State;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.wire.Reply;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every step of a place in a queue. Its story is told by a list of events, each of them one of:
 *
 * <ul>
 *   <li>{@code join}: the caller enqueues
 *   <li>{@code connect}, {@code refuse}: the outcome of the dial
 *   <li>{@code queued}: these two and the server's answer that it has to wait
 *   <li>{@code says ...}: the server answers, or {@code closes} the connection
 *   <li>{@code await 10}: a caller awaits it, for so many seconds
 *   <li>{@code left}, {@code cancelled}: the time of that caller is over, or it was interrupted
 *   <li>{@code close}: the owner closes the place; {@code client}: the client is closed
 *   <li>{@code after 1.5}: seconds pass
 * </ul>
 *
 * A place is awaited by the client itself after 5 s: half of the lease that it assumes.
 */
class QueuePlaceTests {

    private final LockKit kit = new LockKit();

    private final Caller<Optional<LockHandle>> caller = kit.asyncCaller();

    private @Nullable QueuePlace place;

    private CompletableFuture<QueuePlace> joined = new CompletableFuture<>();

    private @Nullable ServerEnd server;

    private QueuePlace place() {
        if (place == null) {
            place = new QueuePlace(kit.register, kit.server, kit.spec());
        }
        return place;
    }

    private ServerEnd server() {
        return Objects.requireNonNull(server);
    }

    private void story(String events) {
        kit.tell(events, this::event);
    }

    private void event(String what, String details) {
        switch (what) {
            case "join" -> joined = place().join();
            case "connect" -> server = kit.dialer.connect();
            case "refuse" -> kit.dialer.refuse();
            case "queued" -> story("join, connect, says queued");
            case "says" -> {
                if (details.equals("closes")) {
                    server().close();
                } else {
                    server().answer(details);
                }
            }
            case "await" ->
                place().await(caller, seconds(Double.parseDouble(details)).toNanos());
            case "left" -> place().callerLeft(caller, true);
            case "cancelled" -> place().callerLeft(caller, false);
            case "close" -> place().closeByCaller();
            case "client" -> kit.closeAndDrain();
            case "after" -> kit.loop.advance(seconds(Double.parseDouble(details)));
            default -> throw new IllegalArgumentException(what);
        }
    }

    private String outcome() {
        return LockKit.outcome(caller);
    }

    /** {@code open}, {@code joined}, or the simple name of an exception. */
    private String joining() {
        return joined.isDone()
                ? joined.handle((value, failure) ->
                                failure == null ? "joined" : failure.getClass().getSimpleName())
                        .join()
                : "open";
    }

    // --- every transition

    /** What happens, the state, the outcome of the enqueue, the state for users. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        join                                              | JOINING    | open                      | QUEUED
        join, connect                                     | JOINING    | open                      | QUEUED
        join, connect, says queued                        | QUEUED     | joined                    | QUEUED
        join, connect, says acquired t0 33                | GRANTED    | joined                    | ACQUIRED

        join, refuse                                      | ENDED      | ServerUnreachableException | ENDED
        join, connect, says closes                        | ENDED      | ConnectionClosedException | ENDED
        join, connect, says error_max_waiters             | ENDED      | LockRejectedException     | ENDED
        join, connect, says error_max_locks               | ENDED      | LockRejectedException     | ENDED
        join, connect, says error_limit_mismatch          | ENDED      | SemaphoreLimitMismatchException | ENDED
        join, connect, says error_draining                | ENDED      | ConnectionClosedException | ENDED
        join, connect, says error_already_enqueued        | ENDED      | DflockdProtocolException  | ENDED
        join, connect, says error_auth                    | ENDED      | DflockdAuthenticationException | ENDED
        join, connect, says error                         | JOINING    | open                      | QUEUED
        join, connect, says error, says error             | ENDED      | DflockdProtocolException  | ENDED
        join, connect, says ok t0 33                      | ENDED      | DflockdProtocolException  | ENDED
        join, connect, says timeout                       | ENDED      | DflockdProtocolException  | ENDED
        join, connect, says nonsense                      | ENDED      | DflockdProtocolException  | ENDED
        join, connect, says acquired                      | ENDED      | DflockdProtocolException  | ENDED
        join, after 14.9                                  | JOINING    | open                      | QUEUED
        join, after 15.01                                 | ENDED      | RequestTimeoutException   | ENDED
        join, after 10, connect, after 5.01               | LEAVING    | RequestTimeoutException   | ENDED
        join, connect, after 4, says acquired t0 6, after 4, says ok 6, after 4, says ok 6, after 3.01 | LEAVING | RequestTimeoutException | ENDED
        join, close                                       | ENDED      | ClientClosedException     | ENDED
        join, client                                      | ENDED      | ClientClosedException     | ENDED
        client, join                                      | ENDED      | ClientClosedException     | ENDED
        join, connect, close                              | LEAVING    | ClientClosedException     | ENDED
        join, connect, close, says queued                 | LEAVING    | ClientClosedException     | ENDED
        join, connect, close, close, says queued          | LEAVING    | ClientClosedException     | ENDED
        join, connect, client, close, says queued         | LEAVING    | ClientClosedException     | ENDED
        join, connect, close, client, says acquired t0 33 | ENDED      | ClientClosedException     | ENDED
        join, connect, close, says queued, says timeout   | ENDED      | ClientClosedException     | ENDED
        join, connect, close, says acquired t0 33         | ENDED      | ClientClosedException     | ENDED
        join, connect, close, says error_max_locks        | ENDED      | ClientClosedException     | ENDED
        join, connect, close, says closes                 | ENDED      | ClientClosedException     | ENDED

        queued, after 5.01                                | WAITING    | joined                    | QUEUED
        queued, says closes                               | ENDED      | joined                    | ENDED
        queued, close                                     | LEAVING    | joined                    | ENDED
        queued, close, close                              | LEAVING    | joined                    | ENDED
        queued, close, says timeout                       | ENDED      | joined                    | ENDED
        queued, close, says ok t0 33                      | ENDED      | joined                    | ENDED
        queued, close, says error_not_enqueued            | ENDED      | joined                    | ENDED
        queued, close, says closes                        | ENDED      | joined                    | ENDED
        queued, client                                    | LEAVING    | joined                    | ENDED

        queued, after 5.01, says ok t0 33                 | GRANTED    | joined                    | ACQUIRED
        queued, after 5.01, says timeout                  | ENDED      | joined                    | ENDED
        queued, after 5.01, says error_lease_expired      | ENDED      | joined                    | ENDED
        queued, after 5.01, says closes                   | ENDED      | joined                    | ENDED
        queued, after 5.01, close                         | ENDED      | joined                    | ENDED

        queued, after 20, says ok t0 33                   | CONFIRMING | joined                    | QUEUED
        queued, after 20, says ok t0 33, says ok          | GRANTED    | joined                    | ACQUIRED
        queued, after 20, says ok t0 33, says error_lease_expired | ENDED | joined                 | ENDED
        queued, after 20, says ok t0 33, says nonsense    | ENDED      | joined                    | ENDED
        queued, after 20, says ok t0 33, says closes      | ENDED      | joined                    | ENDED
        queued, after 20, says ok t0 33, close            | LEAVING    | joined                    | ENDED
        queued, after 20, says ok t0 33, close, says ok   | ENDED      | joined                    | ENDED
        queued, after 20, says ok t0 33, close, says closes | ENDED    | joined                    | ENDED

        join, connect, says acquired t0 33, close         | ENDED      | joined                    | ENDED
        join, connect, says acquired t0 33, client        | ENDED      | joined                    | ENDED
        join, connect, says acquired t0 33, says closes   | GRANTED    | joined                    | ENDED
        """)
    void placeThatNobodyAwaits(String events, State state, String enqueued, QueuedAcquisition.State forUsers) {
        story(events);
        assertThat(place().step()).isEqualTo(state);
        assertThat(joining()).isEqualTo(enqueued);
        assertThat(place().state()).isEqualTo(forUsers);
    }

    /** What happens, the state, the outcome of the await. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        queued, await 10                                          | WAITING    | open
        queued, await 10, says ok t0 33                           | HANDED_OUT | granted
        queued, await 10, says timeout                            | ENDED      | busy
        queued, await 10, says error_lease_expired                | ENDED      | LockLostException
        queued, await 10, says error_not_enqueued                 | ENDED      | LockLostException
        queued, await 10, says error_draining                     | ENDED      | ConnectionClosedException
        queued, await 10, says error, says error                  | ENDED      | ConnectionClosedException
        queued, await 10, says nonsense                           | ENDED      | DflockdProtocolException
        queued, await 10, says ok                                 | ENDED      | DflockdProtocolException
        queued, await 10, says closes                             | ENDED      | ConnectionClosedException
        queued, await 10, close                                   | ENDED      | ClientClosedException
        queued, await 1, close                                    | LEAVING    | ClientClosedException
        queued, await 1, close, says ok t0 33                     | ENDED      | ClientClosedException
        queued, await 10, client                                  | ENDED      | ClientClosedException
        queued, await 10, after 10.01                             | LEAVING    | busy
        queued, await 10, after 10.01, says timeout               | ENDED      | busy
        queued, await 10, after 10.01, says ok t0 33              | ENDED      | busy
        queued, await 0                                           | WAITING    | open
        queued, await 0, says timeout                             | ENDED      | busy
        queued, await 0, says ok t0 33                            | HANDED_OUT | granted
        queued, await 0, after 5.02                               | ENDED      | busy
        queued, await 10, left                                    | ENDED      | open
        queued, await 10, cancelled                               | ENDED      | open

        queued, after 5.01, await 10                              | WAITING    | open
        queued, after 5.01, await 10, says ok t0 33               | HANDED_OUT | granted
        queued, after 5.01, await 10, after 10.01                 | ENDED      | busy
        queued, after 20, says ok t0 33, await 10                 | CONFIRMING | open
        queued, after 20, says ok t0 33, await 10, says ok        | HANDED_OUT | granted
        queued, after 20, says ok t0 33, await 10, says error     | CONFIRMING | open
        queued, after 20, says ok t0 33, await 1, after 1.01      | LEAVING    | busy
        queued, after 20, says ok t0 33, await 1, after 1.01, says ok | ENDED  | busy
        queued, after 20, says ok t0 33, await 10, says closes    | ENDED      | ConnectionClosedException
        queued, after 20, says ok t0 33, await 10, says error_lease_expired | ENDED | LockLostException

        join, connect, says acquired t0 33, await 10              | HANDED_OUT | granted
        join, connect, says acquired t0 33, await 0               | HANDED_OUT | granted
        join, connect, says acquired t0 33, await 10, close       | HANDED_OUT | granted
        join, connect, says acquired t0 33, says closes, await 10 | ENDED      | LockLostException
        join, connect, says acquired t0 33, close, await 10       | ENDED      | ClientClosedException
        join, connect, await 10, says acquired t0 33              | HANDED_OUT | granted

        join, refuse, await 10                                    | ENDED      | ServerUnreachableException
        queued, close, await 10                                   | LEAVING    | ClientClosedException
        queued, says closes, await 10                             | ENDED      | ConnectionClosedException
        """)
    void placeThatIsAwaited(String events, State state, String outcome) {
        story(events);
        assertThat(place().step()).isEqualTo(state);
        assertThat(outcome()).isEqualTo(outcome);
    }

    @Test
    void otherTransitionsThrow() {
        story("join, connect, says acquired t0 33");
        assertThatIllegalStateException()
                .isThrownBy(() -> place().granted(new Reply(ServerEnd.ADDRESS, "ok t0 33"), null, 0))
                .withMessageContaining("the place in the queue of lock 'k' cannot become CONFIRMING after GRANTED");
    }

    // --- what is sent

    @Test
    void enqueuesOnAConnectionOfItsOwnAndAwaitsInWholeSeconds() {
        story("join, connect");
        assertThat(server().request()).isEqualTo("e k ");
        story("says queued, await 2.5");
        assertThat(server().request()).isEqualTo("w k 3");
    }

    @Test
    void placeThatIsLeftIsNoGhost() {
        story("queued");
        server().requests();
        story("close");
        assertThat(server().request()).isEqualTo("w k 0");
        story("says timeout");
        assertThat(server().isOpen()).as("returned").isTrue();
        kit.loop.advance(kit.settings.waitConnectionIdle.plus(TICK));
        assertThat(server().isOpen()).isFalse();
    }

    @Test
    void placeThatIsClosedWhileItJoinsIsLeftWhenItIsThere() {
        story("join, connect, close");
        assertThat(server().request()).isEqualTo("e k ");
        story("says queued");
        assertThat(server().request()).isEqualTo("w k 0");
        story("says ok t0 33");
        assertThat(server().request()).isEqualTo("r k t0");
    }

    @Test
    void grantOfAPlaceThatIsOverIsReleased() {
        story("join, connect, close");
        server().requests();
        story("says acquired t0 33");
        assertThat(server().request()).isEqualTo("r k t0");
        story("says ok");
        assertThat(server().isOpen()).as("returned").isTrue();
    }

    @Test
    void grantThatNobodyTakesIsReleasedByTheClose() {
        story("join, connect, says acquired t0 33");
        server().requests();
        story("close");
        assertThat(server().request()).isEqualTo("r k t0");
        assertThat(kit.loop.events().count("lost")).isZero();
    }

    @Test
    void connectionThatComesTooLateIsReturned() {
        story("join, after 15.01, connect");
        assertThat(server().requests()).isEmpty();
        assertThat(server().isOpen()).isTrue();
    }

    @Test
    void longWaitIsEndedByClosingItsConnectionAndAShortOneIsLeftAlone() {
        story("queued, await 10, close");
        assertThat(server().isOpen()).isFalse();
        LockKit other = new LockKit();
        QueuePlace shortWait = new QueuePlace(other.register, other.server, other.spec());
        shortWait.join();
        ServerEnd end = other.dialer.connect();
        end.answer("queued");
        shortWait.await(other.asyncCaller(), seconds(1).toNanos());
        shortWait.closeByCaller();
        end.requests();
        assertThat(end.isOpen()).isTrue();
        end.answer("ok t0 33");
        assertThat(end.request()).isEqualTo("r k t0");
    }

    // --- times

    @Test
    void afterTheGraceThatALeaseAllowsItAwaitsItself() {
        story("queued");
        server().requests();
        kit.loop.advance(seconds(5).minus(TICK));
        assertThat(server().requests()).isEmpty();
        kit.loop.advance(TICK.multipliedBy(2));
        assertThat(server().request()).as("for the rest of its life").isEqualTo("w k 295");
    }

    @Test
    void graceFollowsFromTheRequestedLease() {
        place = new QueuePlace(
                kit.register, kit.server, kit.spec().withLeaseSeconds(2).withRenewRatio(0.25));
        story("queued");
        assertThat(server().request()).isEqualTo("e k 2");
        story("after 0.49");
        assertThat(server().requests()).isEmpty();
        story("after 0.03");
        assertThat(server().request()).isEqualTo("w k 300");
    }

    @Test
    void graceFollowsFromTheServersDefaultOnceItIsKnown() {
        kit.acquire(kit.session(), kit.spec(), "ok t9 4");
        story("queued, after 1.95");
        server().requests();
        story("after 0.06");
        assertThat(server().request()).startsWith("w k ");
    }

    @Test
    void awaitedPlaceHasNoGrace() {
        story("queued, await 30");
        server().requests();
        story("after 10");
        assertThat(server().requests()).isEmpty();
    }

    @Test
    void queuedPlaceIsKeptAlive() {
        place = new QueuePlace(kit.register, kit.server, kit.spec().withLeaseSeconds(3600));
        story("queued");
        server().requests();
        for (int i = 0; i < 5; i++) {
            story("after 7.02");
            assertThat(server().request()).isEqualTo("r _ _");
            story("says error");
        }
        assertThat(place().step()).isEqualTo(State.QUEUED);
    }

    @Test
    void queuedPlaceEndsWithItsLife() {
        kit.settings.queuedPlaceMaxLife = Duration.ofSeconds(4);
        story("queued, after 3.99");
        assertThat(place().step()).isEqualTo(State.QUEUED);
        server().requests();
        story("after 0.02");
        assertThat(place().step()).isEqualTo(State.LEAVING);
        assertThat(server().request()).isEqualTo("w k 0");
        story("await 10");
        assertThat(LockKit.failure(caller)).hasMessageContaining("PT4S").hasMessageContaining("queuedPlaceMaxLife");
    }

    @Test
    void grantedPlaceThatNobodyTakesIsReleasedWithItsLife() {
        kit.settings.queuedPlaceMaxLife = Duration.ofSeconds(4);
        story("join, connect, says acquired t0 33");
        server().requests();
        story("after 4.01");
        assertThat(server().request()).isEqualTo("r k t0");
        assertThat(place().step()).isEqualTo(State.ENDED);
    }

    @Test
    void lifeOfAPlaceThatWasHandedOutDoesNotEndItsLock() {
        kit.settings.queuedPlaceMaxLife = Duration.ofSeconds(4);
        story("join, connect, says acquired t0 33, await 10");
        server().requests();
        story("after 5");
        assertThat(server().requests()).isEmpty();
        assertThat(caller.future().join().orElseThrow().isHeld()).isTrue();
    }

    @Test
    void placeWhoseGrantIsSuspendedHasNotEnded() {
        kit.settings.serverAutoRelease = false;
        story("join, connect, says acquired t0 20, says closes");
        assertThat(kit.loop.events().count("suspended")).isEqualTo(1);
        assertThat(place().state()).isEqualTo(QueuedAcquisition.State.ACQUIRED);
        kit.loop.pass(seconds(20));
        assertThat(place().state()).isEqualTo(QueuedAcquisition.State.ENDED);
    }

    @Test
    void placeThatTheClientItselfAwaitedDoesNotBlameAnAwait() {
        story("queued, after 5.1, says timeout, await 10");
        assertThat(LockKit.failure(caller))
                .hasMessageContaining("queuedPlaceMaxLife")
                .hasMessageNotContaining("await of it");
    }

    @Test
    void leaseOfAQueuedGrantCountsFromTheEnqueue() {
        story("queued, after 4, await 10");
        server().requests();
        story("after 0.1, says ok t0 20");
        assertThat(caller.future().join().orElseThrow().remainingLease()).isEqualTo(seconds(15.9));
        assertThat(server().request()).as("renewed at once").isEqualTo("n k t0 20");
    }

    @Test
    void grantedPlaceIsRenewed() {
        story("join, connect, says acquired t0 10");
        server().requests();
        story("after 5.01");
        assertThat(server().request()).isEqualTo("n k t0 10");
    }

    // --- callers

    @Test
    void onlyOneCallerAwaitsAtATime() {
        Caller<Optional<LockHandle>> second = kit.asyncCaller();
        story("queued, await 10");
        place().await(second, 1);
        kit.loop.settle();
        assertThat(LockKit.failure(second)).hasMessageContaining("awaited by another caller");
        story("says ok t0 33");
        assertThat(outcome()).isEqualTo("granted");
        Caller<Optional<LockHandle>> third = kit.asyncCaller();
        place().await(third, 1);
        kit.loop.settle();
        assertThat(LockKit.failure(third)).hasMessageContaining("handed out already");
    }

    @Test
    void laterAwaitGetsTheCauseOfTheEnd() {
        story("queued, await 10, says error_lease_expired");
        Caller<Optional<LockHandle>> later = kit.asyncCaller();
        place().await(later, 1);
        kit.loop.settle();
        assertThat(LockKit.failure(later))
                .isInstanceOfSatisfying(
                        LockLostException.class,
                        lost -> assertThat(lost.reason()).isEqualTo(LossReason.LEASE_EXPIRED));
    }

    @Test
    void callerThatLeftAndAnotherOneThatDidNotAwait() {
        story("queued, await 10");
        place().callerLeft(kit.asyncCaller(), true);
        assertThat(place().step()).as("after another caller left").isEqualTo(State.WAITING);
        story("left");
        Caller<Optional<LockHandle>> later = kit.asyncCaller();
        place().await(later, 1);
        kit.loop.settle();
        assertThat(LockKit.failure(later)).hasMessageContaining("timed out; enqueue again");
    }

    // --- the user's view

    private QueuedAcquisition enqueued() {
        CompletableFuture<QueuedAcquisition> enqueued = kit.locks.lock("k").enqueueAsync();
        server = kit.dialer.connect();
        server().answer("queued");
        server().requests();
        return enqueued.join();
    }

    @Test
    void userAwaitsAndGetsTheHandle() {
        QueuedAcquisition own = enqueued();
        assertThat(own.key()).isEqualTo("k");
        assertThat(own).hasToString("place in the queue of lock 'k': QUEUED");
        CompletableFuture<LockHandle> handle = own.awaitAsync(Duration.ofSeconds(10));
        assertThat(server().request()).isEqualTo("w k 10");
        server().answer("ok t0 33");
        assertThat(handle.join().token()).isEqualTo("t0");
        assertThat(own.state()).isEqualTo(QueuedAcquisition.State.HANDED_OUT);
    }

    @Test
    void userWhoBlocksIsToldWhenItIsBusy() {
        QueuedAcquisition own = enqueued();
        assertThatThrownBy(() -> blocked(() -> own.await(Duration.ofSeconds(10))))
                .hasCauseInstanceOf(LockTimeoutException.class);
        assertThat(own.state()).isEqualTo(QueuedAcquisition.State.ENDED);
        QueuedAcquisition other = enqueued();
        assertThat(blocked(() -> other.tryAwait(Duration.ofSeconds(10)))).isEmpty();
    }

    /** What an await of 10 s gives of which the whole time passes. */
    private <T> T blocked(Callable<T> await) {
        CompletableFuture<T> result = TestLoop.start(await);
        kit.loop.runUntil(() -> server().requests().contains("w k 10"));
        kit.loop.advance(seconds(10).plus(TICK));
        return result.join();
    }

    @Test
    void cancelledAwaitLeavesTheQueue() {
        QueuedAcquisition own = enqueued();
        assertThat(kit.loop.onAnotherThread(
                        () -> own.awaitAsync(Duration.ofSeconds(10)).cancel(true)))
                .isTrue();
        assertThat(own.state()).isEqualTo(QueuedAcquisition.State.ENDED);
        assertThat(server().isOpen()).isFalse();
    }

    @Test
    void cancelledEnqueueLeavesTheQueue() {
        CompletableFuture<QueuedAcquisition> enqueued = kit.locks.lock("k").enqueueAsync();
        server = kit.dialer.connect();
        server().requests();
        enqueued.cancel(true);
        kit.loop.settle();
        server().answer("queued");
        assertThat(server().request()).isEqualTo("w k 0");
    }

    @Test
    void closedClientRefusesEnqueues() {
        kit.loop.close();
        assertThatThrownBy(() -> kit.locks.lock("k").enqueueAsync().join())
                .hasCauseInstanceOf(ClientClosedException.class);
        assertThat(kit.dialer.dials()).isZero();
    }

    @Test
    void userClosesTheirPlace() {
        QueuedAcquisition own = enqueued();
        own.close();
        assertThat(server().request()).isEqualTo("w k 0");
        assertThat(own.state()).isEqualTo(QueuedAcquisition.State.ENDED);
    }
}
