package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.ClientLoop;
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

    private final LockRegister register;
    private final ClientLoop loop;
    private final ServerConnections connections;
    private final Locks.LimitLookup limits;
    private final SharedConnection session;
    private final GrantConfirmation confirmation;
    /** How many acquisitions of this client wait in the server's queue, by {@link #queueOf}. */
    private final Map<String, Integer> waiting = new HashMap<>();

    private @Nullable OwnedLocks ownedBySession;
    private long defaultLeaseSeconds = Reply.UNKNOWN_LEASE_SECONDS;

    ServerLocks(LockRegister register, ServerConnections connections, Locks.LimitLookup limits) {
        this.register = register;
        this.loop = register.loop();
        this.connections = connections;
        this.limits = limits;
        this.session = connections.keptAlive(this);
        this.confirmation = new GrantConfirmation(register, this);
    }

    LockRegister register() {
        return register;
    }

    ClientLoop loop() {
        return loop;
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

    /** An acquisition has joined the server's queue. */
    void joinedQueue(Target target) {
        waiting.merge(queueOf(target), 1, Integer::sum);
    }

    /** An acquisition is no longer in the server's queue. */
    void leftQueue(Target target) {
        waiting.computeIfPresent(queueOf(target), (queue, number) -> number == 1 ? null : number - 1);
    }

    /** Whether an acquisition of this client is in the server's queue. */
    boolean isInQueue(Target target) {
        return !waiting.isEmpty() && waiting.containsKey(queueOf(target));
    }

    /** A lock and a semaphore of one key may have a queue each. */
    private static String queueOf(Target target) {
        return target.kind() + target.key();
    }

    /** Asks for an answer on the session connection, and tells when it has come. */
    void askForSignOfLife(Runnable answered) {
        session.use(new SharedConnection.User() {
            @Override
            public void connected(Connection connection) {
                connection.send(
                        Requests.keepAlive(), Exchange.tolerant((reply, sentAt) -> answered.run(), cause -> {}));
            }

            @Override
            public void unavailable(DflockdException cause) {
                // There is no sign of life.
            }
        });
    }

    /** Whether the server keeps the locks of connections that have ended. */
    boolean keepsLocks() {
        return !register.settings().serverAutoRelease;
    }

    /** Whether the server may have the locks of a connection though that has ended. */
    boolean keeps(OwnedLocks owner) {
        return keepsLocks() && !owner.connection().isOpen();
    }

    /** Releases a lock whose connection has ended. */
    void releaseByToken(Target target, Reply.Grant grant, Consumer<Boolean> over) {
        new ReleaseByToken(this, target, grant, over).start();
    }

    /** The server's default lease as seen in its last grant, or an assumption. */
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
