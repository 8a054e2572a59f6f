package io.dflockd.client.internal.net;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.Timers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a client to one server, and what is known of reaching it. Confined to the event loop.
 */
public final class ServerConnections {

    private final ServerAddress server;

    private final Dialer dialer;

    private final Timers timers;

    private final Consumer<Consumer<DflockdClientListener>> events;

    private final Backoff backoff = new Backoff();

    private final List<SharedConnection> shared = new ArrayList<>();

    private final WaitConnections waits;

    /** Under way; a loop that ends would leave their sockets open. */
    private final Set<Dial> dials = new HashSet<>();

    private int connections;

    private boolean closed;

    /**
     * Links of which none is open yet.
     *
     * @param events takes what to tell the client's listeners
     */
    public ServerConnections(
            ServerAddress server,
            Dialer dialer,
            Timers timers,
            Consumer<Consumer<DflockdClientListener>> events,
            int maxWaitConnections,
            long waitIdleNanos) {
        this.server = server;
        this.dialer = dialer;
        this.timers = timers;
        this.events = events;
        this.waits = new WaitConnections(this, maxWaitConnections, waitIdleNanos);
    }

    /** Where they lead. */
    public ServerAddress server() {
        return server;
    }

    /** The client's timers. */
    public Timers timers() {
        return timers;
    }

    /** The pool of connections that one acquisition each may block. */
    public WaitConnections waits() {
        return waits;
    }

    /** How many connections are open. */
    public int connections() {
        return connections;
    }

    /** A shared connection that is kept alive once it is there. */
    public SharedConnection keptAlive(ConnectionOwner owner) {
        return add(new SharedConnection(this, owner, true, 0));
    }

    /** A shared connection that is closed when it is not used for a while. */
    public SharedConnection onDemand(ConnectionOwner owner, long idleNanos) {
        return add(new SharedConnection(this, owner, false, idleNanos));
    }

    /** Whether no request is outstanding on any of them. */
    public boolean isQuiet() {
        return waits.isQuiet() && shared.stream().allMatch(SharedConnection::isQuiet);
    }

    /** Ends a shared connection that nobody will want any more. */
    public void retire(SharedConnection link) {
        shared.remove(link);
        link.close(new ConnectionClosedException("the connection to server " + server + " is not wanted any more"));
    }

    /** Whether they were closed. */
    public boolean isClosed() {
        return closed;
    }

    /** Closes all of them; who wants one later is told that the client is closed. */
    public void close() {
        closed = true;
        ClientClosedException cause = new ClientClosedException("the client was closed");
        new ArrayList<>(shared).forEach(link -> link.close(cause));
        waits.close(cause);
        new ArrayList<>(dials).forEach(dial -> dial.cancel.run());
    }

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
        if (connection.hasAnswered()) {
            backoff.worked();
        } else if (cause != null) {
            backoff.failed(cause, timers.now());
        }
        events.accept(listener -> listener.disconnected(server, cause));
    }

    void reportConnected(boolean again) {
        events.accept(listener -> listener.connected(server, again));
    }

    void reportConnectFailed(DflockdException cause) {
        events.accept(listener -> listener.connectFailed(server, cause));
    }

    private SharedConnection add(SharedConnection link) {
        shared.add(link);
        return link;
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
