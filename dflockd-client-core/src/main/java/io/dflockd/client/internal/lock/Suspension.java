package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LossReason;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.RetryDelay;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import java.util.concurrent.CompletableFuture;

/**
 * The state of a {@link Holding} whose connection has ended, at a server that keeps the locks of lost connections. A server that
 * was restarted has forgotten the lock, and the client cannot tell the two apart by the end of the connection. So it renews the
 * lock by its token on the session connection. An unchanged token proves that nobody else has held the lock meanwhile.
 *
 * <p>The server is asked for a lock that is kept in the same way; kept is its state then.
 *
 * <p>Tries again until the server has answered or the holding has ended. Confined to the event loop, except the verdict.
 */
final class Suspension implements HoldingState, SharedConnection.User {

    private final Holding holding;
    private final ClientLoop loop;
    private final long since;
    private final Timer retry = new Timer(this::ask);
    private final CompletableFuture<Boolean> verdict = new CompletableFuture<>();
    private int failures;
    private boolean over;

    Suspension(Holding holding) {
        this.holding = holding;
        this.loop = holding.loop();
        this.since = loop.now();
    }

    /** Whether the lock is held again; false if it is lost or released. Completed on the event loop. */
    CompletableFuture<Boolean> verdict() {
        return verdict;
    }

    long since() {
        return since;
    }

    /** Asks the server whether it still has the lock. */
    void ask() {
        holding.server().session().use(this);
    }

    /** The owner has released it, and it is kept: the server is asked, but nobody waits for the answer. */
    void keep() {
        verdict.complete(false);
    }

    /** The holding has a connection again, or has ended. */
    void end(boolean held) {
        over = true;
        loop.timers().stop(retry);
        holding.server().session().forget(this);
        verdict.complete(held);
    }

    @Override
    public void connected(Connection connection) {
        long seconds = holding.grant().leaseSeconds();
        holding.asked(loop.now(), seconds);
        connection.send(
                Requests.renew(holding.spec().target(), holding.grant().token(), seconds),
                Exchange.of((reply, sentAt) -> answered(reply, connection, sentAt, seconds), this::unavailable));
    }

    private void answered(Reply reply, Connection connection, long sentAt, long askedSeconds) {
        if (over) {
            return;
        }
        switch (reply.status()) {
            case OK -> confirmed(reply, connection, sentAt, askedSeconds);
            case ERROR_LEASE_EXPIRED -> holding.gone(LossReason.LEASE_EXPIRED);
            case ERROR -> holding.gone(LossReason.REJECTED);
            default -> askLater();
        }
    }

    private void confirmed(Reply reply, Connection connection, long sentAt, long askedSeconds) {
        try {
            long seconds = reply.renewedSeconds();
            holding.resume(this, holding.server().ownedBySession(connection), sentAt, askedSeconds, seconds);
        } catch (DflockdProtocolException ex) {
            askLater();
        }
    }

    @Override
    public boolean waitsAfter(DflockdException cause) {
        return !over;
    }

    @Override
    public void unavailable(DflockdException cause) {
        if (!over) {
            askLater();
        }
    }

    private void askLater() {
        loop.timers().start(retry, loop.now() + RetryDelay.BY_TOKEN.nanos(failures++));
    }
}
