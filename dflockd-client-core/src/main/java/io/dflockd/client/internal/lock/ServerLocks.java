package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.ConnectionOwner;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Target;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The locks of one server: its session connection, which carries what never blocks and owns what was free when it was asked
 * for, and the pool of connections for waits. Confined to the event loop.
 */
final class ServerLocks implements ConnectionOwner {

    private static final long ASSUMED_DEFAULT_LEASE_SECONDS = 10;

    private static final SharedConnection.User SIGN_OF_LIFE = new SharedConnection.User() {
        @Override
        public void connected(Connection connection) {
            connection.send(Requests.keepAlive(), Exchange.ignored());
        }

        @Override
        public void unavailable(DflockdException cause) {
            // Nobody waits for the answer.
        }
    };

    private final LockRegister register;
    private final ServerConnections connections;
    private final Locks.LimitLookup limits;
    private final SharedConnection session;
    private final GrantConfirmation confirmation;
    /** The keys whose queue acquisitions of this client are in or about to join, with the number of these. */
    private final Map<String, Integer> queues = new HashMap<>();

    private @Nullable OwnedLocks ownedBySession;
    private long defaultLeaseSeconds = ASSUMED_DEFAULT_LEASE_SECONDS;

    ServerLocks(LockRegister register, ServerConnections connections, Locks.LimitLookup limits) {
        this.register = register;
        this.connections = connections;
        this.limits = limits;
        this.session = connections.keptAlive(this);
        this.confirmation = new GrantConfirmation(register, this);
    }

    ServerAddress address() {
        return connections.server();
    }

    ServerConnections connections() {
        return connections;
    }

    SharedConnection session() {
        return session;
    }

    GrantConfirmation confirmation() {
        return confirmation;
    }

    /** The session connection as the owner of what was granted on it. */
    OwnedLocks ownedBySession(Connection connection) {
        OwnedLocks current = ownedBySession;
        if (current == null || current.connection() != connection) {
            current = OwnedLocks.onSession(register, connection);
            ownedBySession = current;
        }
        return current;
    }

    /** An acquisition is about to join the server's queue for a key, or is in it no longer. */
    void queues(Target target, boolean joins) {
        queues.merge(target.key(), joins ? 1 : -1, (count, change) -> count + change == 0 ? null : count + change);
    }

    /** Whether acquisitions of this client are in the server's queue for a key, or about to join it. */
    boolean isQueuedFor(Target target) {
        return !queues.isEmpty() && queues.containsKey(target.key());
    }

    /** Asks for an answer on the session connection, if it is open. */
    void askForSignOfLife() {
        if (session.isConnected()) {
            session.use(SIGN_OF_LIFE);
        }
    }

    /** Whether the server may have the locks of a connection though that has ended. */
    boolean keeps(OwnedLocks owner) {
        return !register.settings().serverAutoRelease && !owner.connection().isOpen();
    }

    /** Releases a lock whose connection has ended. */
    void releaseByToken(Target target, Reply.Grant grant, Consumer<Boolean> over) {
        long leaseEnd = register.loop().now() + Durations.ofSeconds(grant.leaseSeconds());
        new ReleaseByToken(this, target, grant.token(), leaseEnd, over).start();
    }

    /** The server's default lease as seen in its last grant, or a cautious guess. */
    long defaultLeaseSeconds() {
        return defaultLeaseSeconds;
    }

    void sawDefaultLease(long seconds) {
        defaultLeaseSeconds = seconds;
    }

    void limitOf(Target target, Consumer<@Nullable Integer> found) {
        limits.find(connections.server(), target.key(), found);
    }

    /** A session that dies of silence shows that blocked waits of the same server would wait in vain: they ask again. */
    @Override
    public void closed(Connection connection, @Nullable DflockdException cause) {
        OwnedLocks current = ownedBySession;
        if (current != null && current.connection() == connection) {
            ownedBySession = null;
            current.closed(connection, cause);
        }
        if (cause instanceof RequestTimeoutException) {
            connections.waits().closeBlocked(cause);
        }
    }
}
