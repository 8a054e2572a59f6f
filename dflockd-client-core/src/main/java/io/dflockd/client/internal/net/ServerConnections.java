package io.dflockd.client.internal.net;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.RetryDelay;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All connections of a client to one server, and when it may be dialled again. Confined to the event loop. */
public final class ServerConnections {

    private final ServerAddress server;
    private final Dialer dialer;
    private final ClientLoop loop;
    private final Backoff backoff = new Backoff(RetryDelay.DIAL);
    private final List<SharedConnection> shared = new ArrayList<>();
    private final WaitConnections waits;
    /** Attempts under way; a loop that ends would leave their sockets open. */
    private final Set<Dial> dials = new HashSet<>();

    private int connections;
    private boolean closed;

    public ServerConnections(
            ServerAddress server, Dialer dialer, ClientLoop loop, int maxWaitConnections, long waitIdleNanos) {
        this.server = server;
        this.dialer = dialer;
        this.loop = loop;
        this.waits = new WaitConnections(this, maxWaitConnections, waitIdleNanos);
    }

    public ServerAddress server() {
        return server;
    }

    public ClientLoop loop() {
        return loop;
    }

    /** The pool of connections that are lent to one acquisition each. */
    public WaitConnections waits() {
        return waits;
    }

    public int open() {
        return connections;
    }

    /** A shared connection that is kept alive once it is open. */
    public SharedConnection keptAlive(ConnectionOwner owner) {
        return add(new SharedConnection(this, owner, true, 0));
    }

    /** A shared connection that owns nothing and is closed after it has not been used for a while. */
    public SharedConnection onDemand(long idleNanos) {
        ConnectionOwner nobody = (ended, cause) -> {};
        return add(new SharedConnection(this, nobody, false, idleNanos));
    }

    /** Whether no answer is outstanding on any of them. */
    public boolean isQuiet() {
        return waits.isQuiet() && shared.stream().allMatch(SharedConnection::isQuiet);
    }

    /** Closes a shared connection for good. */
    public void remove(SharedConnection connection) {
        shared.remove(connection);
        connection.close(new ConnectionClosedException("the connection to server " + server + " is no longer used"));
    }

    public boolean isClosed() {
        return closed;
    }

    /** Closes all of them; later requests for one fail because the client is closed. */
    public void close() {
        closed = true;
        DflockdException cause = ClientLoop.closedException();
        loop.forEach(List.copyOf(shared), connection -> connection.close(cause));
        waits.close(cause);
        loop.forEach(List.copyOf(dials), dial -> dial.cancel.run());
    }

    /** When the server may be dialled at all: for all kinds of connections. */
    Backoff backoff() {
        return backoff;
    }

    void dial(ConnectionOwner owner, Dialer.Result result) {
        Dial dial = new Dial(result);
        dials.add(dial);
        dial.cancel = dialer.dial(server, owner, dial);
    }

    /** A connection has ended; one that never answered counts as a failure to reach the server. */
    void ended(Connection connection, @Nullable DflockdException cause) {
        connections--;
        if (connection.isDraining() && cause != null) {
            // Connections that own something are let be: what they own is held until the server ends them.
            waits.closeUnused();
            backoff.failed(cause, loop.now());
        } else if (connection.hasAnswered()) {
            backoff.worked();
        } else if (cause != null) {
            backoff.failed(cause, loop.now());
        }
        loop.events().accept(listener -> listener.disconnected(server, cause));
    }

    void reportConnected(boolean again) {
        loop.events().accept(listener -> listener.connected(server, again));
    }

    void reportConnectFailed(DflockdException cause) {
        loop.events().accept(listener -> listener.connectFailed(server, cause));
    }

    private SharedConnection add(SharedConnection connection) {
        shared.add(connection);
        return connection;
    }

    private final class Dial implements Dialer.Result {

        private final Dialer.Result result;
        private Runnable cancel = () -> {};

        Dial(Dialer.Result result) {
            this.result = result;
        }

        @Override
        public void connected(Connection connection) {
            dials.remove(this);
            connections++;
            result.connected(connection);
        }

        @Override
        public void failed(DflockdException cause) {
            dials.remove(this);
            result.failed(cause);
        }
    }
}
