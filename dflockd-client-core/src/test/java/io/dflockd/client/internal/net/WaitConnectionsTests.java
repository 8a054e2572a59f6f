package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LockRejectedException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.internal.loop.TestLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A pool of at most three connections, each kept for 10 s when it is not used. */
class WaitConnectionsTests {

    private static final Duration IDLE = Duration.ofSeconds(10);

    private static final Duration TICK = Duration.ofMillis(10);

    private final TestLoop loop = new TestLoop();

    private final TestDialer dialer = new TestDialer(loop);

    private ServerConnections connections =
            new ServerConnections(ServerEnd.ADDRESS, dialer, loop.loop(), 3, IDLE.toNanos());

    private final TestOwner owner = new TestOwner();

    private static final class Borrower implements WaitConnections.Borrower {

        private @Nullable BorrowedConnection connection;

        private @Nullable DflockdException failure;

        @Override
        public void borrowed(BorrowedConnection lent) {
            connection = lent;
        }

        @Override
        public void unavailable(DflockdException cause) {
            failure = cause;
        }

        BorrowedConnection connection() {
            if (connection == null) {
                throw new AssertionError("nothing was lent");
            }
            return connection;
        }
    }

    private Borrower borrow() {
        Borrower borrower = new Borrower();
        connections.waits().borrow(owner, borrower);
        return borrower;
    }

    private static void send(BorrowedConnection on, long waitSeconds) {
        on.connection()
                .send(
                        "l\nk\n9\n".getBytes(StandardCharsets.US_ASCII),
                        new TestExchange(),
                        TimeUnit.SECONDS.toNanos(waitSeconds));
    }

    // --- lending

    @Test
    void connectionIsDialledForItsBorrowerAndReused() {
        Borrower first = borrow();
        ServerEnd server = dialer.connect();
        assertThat(first.connection().connection()).isSameAs(server.connection());
        first.connection().giveBack();
        Borrower second = borrow();
        assertThat(second.connection()).isSameAs(first.connection());
        assertThat(dialer.dials()).isEqualTo(1);
    }

    @Test
    void mostRecentlyUsedIsLentFirst() {
        Borrower a = borrow();
        Borrower b = borrow();
        dialer.connect();
        dialer.connect();
        a.connection().giveBack();
        b.connection().giveBack();
        assertThat(borrow().connection()).isSameAs(b.connection());
        assertThat(borrow().connection()).isSameAs(a.connection());
    }

    @Test
    void beyondTheCapNobodyWaits() {
        borrow();
        borrow();
        dialer.connect();
        Borrower third = borrow();
        Borrower fourth = borrow();
        assertThat(fourth.failure)
                .isInstanceOf(LockRejectedException.class)
                .hasMessageContaining("3 connections")
                .hasMessageContaining("maxWaitConnections");
        dialer.connect();
        dialer.connect();
        third.connection().giveBack();
        assertThat(borrow().connection()).isSameAs(third.connection());
    }

    @Test
    void failedDialsAndEndedConnectionsCountNoMore() {
        for (int i = 0; i < 5; i++) {
            Borrower borrower = borrow();
            dialer.refuse();
            assertThat(borrower.failure).isInstanceOf(ServerUnreachableException.class);
            loop.advance(Duration.ofSeconds(2));
        }
        for (int i = 0; i < 5; i++) {
            borrow();
            dialer.connect().close();
            loop.advance(Duration.ofSeconds(2));
        }
        borrow();
        borrow();
        borrow();
        assertThat(dialer.underWay()).isEqualTo(3);
        assertThat(connections.open()).isZero();
    }

    @Test
    void duringARestNobodyDialsButAnUnusedConnectionIsLent() {
        Borrower used = borrow();
        dialer.connect();
        borrow();
        dialer.refuse();
        assertThat(borrow().failure).isInstanceOf(ServerUnreachableException.class);
        assertThat(dialer.underWay()).isZero();
        used.connection().giveBack();
        assertThat(borrow().connection()).isSameAs(used.connection());
    }

    @Test
    void connectionThatIsReturnedEndsTheRest() {
        Borrower used = borrow();
        dialer.connect();
        borrow();
        dialer.refuse();
        used.connection().giveBack();
        borrow();
        assertThat(borrow().failure).isNull();
        assertThat(dialer.underWay()).isEqualTo(1);
    }

    private void cutAfterAnAnswer() {
        Borrower borrower = borrow();
        ServerEnd server = dialer.connect();
        send(borrower.connection(), 0);
        server.answer("ok");
        server.close();
    }

    @Test
    void connectionThatIsCutIsReplacedAtOnceAndFurtherOnesAfterARest() {
        cutAfterAnAnswer();
        cutAfterAnAnswer();
        assertThat(borrow().failure).isInstanceOf(ConnectionClosedException.class);
        assertThat(dialer.underWay()).isZero();
        loop.advance(Duration.ofMillis(41));
        cutAfterAnAnswer();
        loop.advance(Duration.ofMillis(41));
        assertThat(borrow().failure).as("rests longer").isNotNull();
    }

    @Test
    void connectionIsNotThereBeforeItIsOpen() {
        BorrowedConnection dialled = new BorrowedConnection(connections.waits(), owner);
        assertThatIllegalStateException().isThrownBy(dialled::connection);
    }

    // --- returning

    @Test
    void unusedOneIsClosedAfterItsTimeAndEachAfterItsOwn() {
        Borrower a = borrow();
        Borrower b = borrow();
        ServerEnd serverA = dialer.connect();
        ServerEnd serverB = dialer.connect();
        a.connection().giveBack();
        loop.advance(Duration.ofSeconds(4));
        b.connection().giveBack();
        loop.advance(Duration.ofSeconds(6).plus(TICK));
        assertThat(serverA.isOpen()).isFalse();
        assertThat(serverB.isOpen()).isTrue();
        loop.advance(Duration.ofSeconds(4));
        assertThat(serverB.isOpen()).isFalse();
        assertThat(owner.seen).as("told to borrowers of before").isEmpty();
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void lentAgainItIsNotClosedForBeingUnused() {
        Borrower a = borrow();
        ServerEnd server = dialer.connect();
        a.connection().giveBack();
        loop.advance(Duration.ofSeconds(9));
        borrow();
        loop.advance(Duration.ofSeconds(9));
        assertThat(server.isOpen()).isTrue();
        a.connection().giveBack();
        loop.advance(Duration.ofSeconds(9));
        assertThat(server.isOpen()).isTrue();
        loop.advance(Duration.ofSeconds(1).plus(TICK));
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void unusedOneIsNotKeptAlive() {
        Borrower a = borrow();
        ServerEnd server = dialer.connect();
        a.connection().connection().keepAlive(true);
        a.connection().giveBack();
        loop.advance(IDLE.minus(TICK));
        assertThat(server.requests()).isEmpty();
        server.answer("sig a x");
        assertThat(owner.seen).isEmpty();
    }

    @Test
    void withoutAnIdleTimeItIsClosedAtOnce() {
        connections = new ServerConnections(ServerEnd.ADDRESS, dialer, loop.loop(), 3, 0);
        Borrower a = borrow();
        ServerEnd server = dialer.connect();
        a.connection().giveBack();
        assertThat(server.isOpen()).isFalse();
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void oneWithAnOutstandingAnswerIsClosedInsteadOfReturned() {
        Borrower a = borrow();
        ServerEnd server = dialer.connect();
        send(a.connection(), 0);
        a.connection().giveBack();
        assertThat(server.isOpen()).isFalse();
        borrow();
        assertThat(dialer.underWay()).isEqualTo(1);
    }

    @Test
    void secondReturnDoesNothing() {
        Borrower a = borrow();
        dialer.connect();
        a.connection().giveBack();
        a.connection().giveBack();
        assertThat(borrow().connection()).isSameAs(a.connection());
        assertThat(borrow().connection).isNull();
    }

    @Test
    void returnOfOneThatHasEndedDoesNothing() {
        Borrower a = borrow();
        dialer.connect().close();
        a.connection().giveBack();
        assertThat(owner.seen).containsExactly("closed ConnectionClosedException");
        loop.advance(Duration.ofSeconds(1));
        assertThat(borrow().connection).isNull();
        assertThat(dialer.underWay()).isEqualTo(1);
    }

    @Test
    void afterARefusalItIsReturnedAndAfterNonsenseClosed() {
        Borrower a = borrow();
        ServerEnd server = dialer.connect();
        a.connection().giveBackAfter(new LockRejectedException("of the test"));
        assertThat(borrow().connection()).isSameAs(a.connection());
        a.connection().giveBackAfter(new DflockdProtocolException("of the test"));
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void unusedOneThatTheServerClosesIsNotLent() {
        Borrower a = borrow();
        ServerEnd server = dialer.connect();
        send(a.connection(), 0);
        server.answer("timeout");
        a.connection().giveBack();
        server.close();
        borrow();
        assertThat(dialer.underWay()).isEqualTo(1);
    }

    @Test
    void ownerOfALentOneCanBeChanged() {
        TestOwner other = new TestOwner();
        Borrower a = borrow();
        ServerEnd server = dialer.connect();
        a.connection().owner(other);
        server.close();
        assertThat(owner.seen).isEmpty();
        assertThat(other.seen).hasSize(1);
    }

    // --- the ends

    @Test
    void onlyBlockedOnesAreClosedWhenTheServerIsFoundDead() {
        Borrower blocked = borrow();
        Borrower asked = borrow();
        Borrower quiet = borrow();
        ServerEnd serverOfBlocked = dialer.connect();
        ServerEnd serverOfAsked = dialer.connect();
        ServerEnd serverOfQuiet = dialer.connect();
        send(blocked.connection(), 60);
        send(asked.connection(), 0);
        assertThat(connections.isQuiet()).isFalse();
        connections.waits().closeBlocked(new RequestTimeoutException("of the test"));
        assertThat(serverOfBlocked.isOpen()).isFalse();
        assertThat(serverOfAsked.isOpen()).isTrue();
        assertThat(serverOfQuiet.isOpen()).isTrue();
        assertThat(quiet.connection().connection().isClean()).isTrue();
        assertThat(owner.seen).containsExactly("closed RequestTimeoutException");
    }

    @Test
    void closeEndsAllOfThemAndTheDialsUnderWay() {
        Borrower lent = borrow();
        ServerEnd serverOfLent = dialer.connect();
        Borrower returned = borrow();
        ServerEnd serverOfReturned = dialer.connect();
        returned.connection().giveBack();
        connections.waits().borrow(owner, new Borrower());
        Borrower dialling = borrow();
        send(lent.connection(), 60);
        connections.close();
        assertThat(serverOfLent.requests()).as("what was written is sent").hasSize(1);
        assertThat(serverOfLent.isOpen()).isFalse();
        assertThat(serverOfReturned.isOpen()).isFalse();
        assertThat(dialling.failure).isInstanceOf(ClientClosedException.class);
        assertThat(borrow().failure).isInstanceOf(ClientClosedException.class);
        assertThat(connections.open()).isZero();
        assertThat(connections.isQuiet()).isTrue();
    }

    @Test
    void connectionThatIsReadyOnlyAfterTheCloseIsClosed() {
        Borrower late = borrow();
        connections.waits().close(new DflockdException("closed by the test"));
        ServerEnd server = dialer.connect();
        assertThat(server.isOpen()).isFalse();
        assertThat(late.connection).isNull();
        assertThat(late.failure).hasMessage("closed by the test");
    }

    @Test
    void returnAfterTheCloseClosesIt() {
        Borrower lent = borrow();
        ServerEnd server = dialer.connect();
        connections.close();
        lent.connection().giveBack();
        assertThat(server.isOpen()).isFalse();
        assertThat(loop.isIdle()).isTrue();
    }
}
