package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdException;
import io.dflockd.client.LossReason;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.internal.net.BorrowedConnection;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.ConnectionOwner;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Status;
import io.dflockd.client.internal.wire.Target;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection and what the server granted on it. When the connection ends, all of that is lost or suspended. A borrowed
 * connection owns one grant and goes back to its pool after the release; the session connection owns many. Confined to the
 * event loop.
 */
final class OwnedLocks implements ConnectionOwner {

    private final LockRegister register;
    private final Connection connection;
    /** Null for the session connection. */
    private final @Nullable BorrowedConnection borrowed;

    private @Nullable Holding first;

    private OwnedLocks(LockRegister register, Connection connection, @Nullable BorrowedConnection borrowed) {
        this.register = register;
        this.connection = connection;
        this.borrowed = borrowed;
    }

    static OwnedLocks onSession(LockRegister register, Connection connection) {
        return new OwnedLocks(register, connection, null);
    }

    static OwnedLocks onBorrowed(LockRegister register, BorrowedConnection borrowed) {
        return new OwnedLocks(register, borrowed.connection(), borrowed);
    }

    Connection connection() {
        return connection;
    }

    /** Whether it is the connection on which this client asks first. Any thread. */
    boolean isSession() {
        return borrowed == null;
    }

    void add(Holding holding) {
        if (first == null) {
            register.owns(this);
        } else {
            first.previous = holding;
        }
        holding.next = first;
        first = holding;
        if (borrowed != null) {
            borrowed.owner(this);
            connection.keepAlive(true);
        }
    }

    void remove(Holding holding) {
        if (holding.previous != null) {
            holding.previous.next = holding.next;
        } else if (first == holding) {
            first = holding.next;
            if (first == null) {
                register.ownsNothing(this);
            }
        }
        if (holding.next != null) {
            holding.next.previous = holding.previous;
        }
        holding.previous = null;
        holding.next = null;
    }

    void forEach(Consumer<Holding> action) {
        Holding holding = first;
        while (holding != null) {
            Holding next = holding.next;
            register.loop().attempt(action, holding);
            holding = next;
        }
    }

    /** Releases a grant by its token, and says whether the server confirmed; a borrowed connection goes back to its pool. */
    void release(Target target, String token, Consumer<Boolean> confirmed) {
        if (!connection.isOpen()) {
            confirmed.accept(false);
            return;
        }
        // Not by Exchange.tolerant: each release comes here, and this is one object less.
        connection.send(Requests.release(target, token), new Exchange() {
            @Override
            protected boolean toleratesError() {
                return true;
            }

            @Override
            protected void answered(Reply reply) {
                giveBack();
                confirmed.accept(reply.is(Status.OK));
            }

            @Override
            protected void failed(DflockdException cause) {
                confirmed.accept(false);
            }
        });
    }

    /** Returns a borrowed connection, on which nothing is owned any more, to its pool. */
    void giveBack() {
        if (borrowed != null) {
            borrowed.giveBack();
        }
    }

    @Override
    public void closed(Connection ended, @Nullable DflockdException cause) {
        LossReason reason =
                cause instanceof RequestTimeoutException ? LossReason.SERVER_SILENT : LossReason.CONNECTION_LOST;
        while (first != null) {
            Holding holding = first;
            remove(holding);
            register.loop().attempt(one -> one.connectionEnded(reason), holding);
        }
    }

    @Override
    public boolean keepAlive(Connection on) {
        return borrowed != null && first != null && first.renewal().early();
    }
}
