package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.loop.RetryDelay;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Status;
import io.dflockd.client.internal.wire.Target;
import java.util.function.Consumer;

/**
 * Releases a lock whose connection was lost, on the session connection, for servers that keep the locks of lost connections.
 * Tries again until the server has answered or the lease has run out. Confined to the event loop.
 */
final class ReleaseByToken implements SharedConnection.User {

    private final ServerLocks server;
    private final Target target;
    private final String token;
    private final long leaseEnd;
    private final Consumer<Boolean> over;
    private final Timer retry = new Timer(this::start);
    private int failures;

    /** A release until the lease would end, and what to do when it is over: whether the server confirmed. */
    ReleaseByToken(ServerLocks server, Target target, Reply.Grant grant, Consumer<Boolean> over) {
        this.server = server;
        this.target = target;
        this.token = grant.token();
        this.leaseEnd = server.loop().now() + Durations.ofSeconds(grant.leaseSeconds());
        this.over = over;
    }

    void start() {
        server.session().use(this);
    }

    @Override
    public void connected(Connection connection) {
        connection.send(
                Requests.release(target, token), Exchange.of((reply, sentAt) -> answered(reply), this::unavailable));
    }

    private void answered(Reply reply) {
        if (reply.is(Status.OK) || reply.is(Status.ERROR)) {
            // An unknown token is released already.
            over.accept(reply.is(Status.OK));
        } else {
            tryAgain();
        }
    }

    @Override
    public boolean waitsAfter(DflockdException cause) {
        return leaseEnd - server.loop().now() > 0;
    }

    @Override
    public void unavailable(DflockdException cause) {
        tryAgain();
    }

    private void tryAgain() {
        long at = server.loop().now() + RetryDelay.BY_TOKEN.nanos(failures++);
        if (server.connections().isClosed() || leaseEnd - at <= 0) {
            over.accept(false);
        } else {
            server.loop().timers().start(retry, at);
        }
    }
}
