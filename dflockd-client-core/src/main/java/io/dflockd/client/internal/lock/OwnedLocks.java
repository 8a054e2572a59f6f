package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdException;
import io.dflockd.client.LossReason;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.ConnectionOwner;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.WaitConnections;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Target;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection and what the server granted on it. When it ends, all of that is lost. A wait connection owns one grant and
 * goes back to its pool when that is released; the session connection owns many. Confined to the event loop.
 */
final class OwnedLocks implements ConnectionOwner {

    private final Connection connection;

    private final WaitConnections.@Nullable Lease lease;

    private @Nullable Holding first;

    /** With a lease for a wait connection, without for the session connection. */
    OwnedLocks(Connection connection, WaitConnections.@Nullable Lease lease) {
        this.connection = connection;
        this.lease = lease;
    }

    Connection connection() {
        return connection;
    }

    void add(Holding holding) {
        holding.next = first;
        if (first != null) {
            first.previous = holding;
        }
        first = holding;
        if (lease != null) {
            lease.owner(this);
            connection.keepAlive(true);
        }
    }

    void remove(Holding holding) {
        if (holding.previous != null) {
            holding.previous.next = holding.next;
        } else if (first == holding) {
            first = holding.next;
        }
        if (holding.next != null) {
            holding.next.previous = holding.previous;
        }
        holding.previous = null;
        holding.next = null;
    }

    /** Releases a grant by name; a wait connection goes back to its pool after that. */
    void release(Target target, String token, Consumer<Boolean> confirmed) {
        if (!connection.isOpen()) {
            confirmed.accept(false);
            return;
        }
        connection.send(Requests.release(target, token), new Exchange() {
            @Override
            protected void answered(Reply reply) {
                giveBack();
                confirmed.accept(reply.is("ok"));
            }

            @Override
            protected void failed(DflockdException cause) {
                confirmed.accept(false);
            }
        });
    }

    /** Gives a wait connection, on which nothing is owned any more, back to its pool. */
    void giveBack() {
        if (lease != null) {
            lease.giveBack();
        }
    }

    @Override
    public void closed(Connection ended, @Nullable DflockdException cause) {
        LossReason reason =
                cause instanceof RequestTimeoutException ? LossReason.SERVER_SILENT : LossReason.CONNECTION_LOST;
        while (first != null) {
            Holding holding = first;
            remove(holding);
            holding.lose(reason);
        }
    }

    @Override
    public boolean keepAlive(Connection on) {
        return lease != null && first != null && first.renewal().early();
    }
}
