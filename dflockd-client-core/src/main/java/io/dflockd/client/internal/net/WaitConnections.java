package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import io.dflockd.client.LockRejectedException;
import io.dflockd.client.internal.loop.Timers.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pool of connections, each lent to one acquisition that may block on it and that then owns what was granted on it. Requests
 * beyond the cap fail instead of waiting: waiting here could deadlock nested locks. Confined to the event loop.
 */
public final class WaitConnections {

    private final ServerConnections connections;
    private final Redials redials;
    private final int max;
    private final long idleNanos;
    /** Unused connections, the most recently used last. */
    private final ArrayDeque<BorrowedConnection> idle = new ArrayDeque<>();

    private final Set<BorrowedConnection> open = new HashSet<>();
    private final Timer idleTimer = new Timer(this::closeIdle);
    /** Open connections and those that are being opened. */
    private int count;

    private @Nullable DflockdException closed;

    WaitConnections(ServerConnections connections, int max, long idleNanos) {
        this.connections = connections;
        this.redials = new Redials(connections.backoff());
        this.max = max;
        this.idleNanos = idleNanos;
    }

    /** Borrows a connection; exactly one of the methods is called. */
    public interface Borrower {

        /** The connection; return it with {@link BorrowedConnection#giveBack()} or close it. */
        void borrowed(BorrowedConnection connection);

        /** No connection is available. */
        void unavailable(DflockdException cause);
    }

    /** Lends an unused connection, or opens one, with its owner while it is lent. */
    public void borrow(ConnectionOwner owner, Borrower borrower) {
        if (closed != null) {
            borrower.unavailable(closed);
            return;
        }
        BorrowedConnection unused = idle.pollLast();
        if (unused != null) {
            unused.owner(owner);
            borrower.borrowed(unused);
            return;
        }
        DflockdException resting = redials.active(connections.loop().now());
        if (resting != null) {
            borrower.unavailable(resting);
        } else if (count >= max) {
            borrower.unavailable(new LockRejectedException("server " + connections.server() + " has " + count
                    + " connections of this client that wait for or own contended locks, as many as maxWaitConnections"
                    + " allows; raise that setting, or wait for fewer locks at a time"));
        } else {
            dial(new BorrowedConnection(this, owner), borrower);
        }
    }

    private void dial(BorrowedConnection borrowed, Borrower borrower) {
        count++;
        connections.dial(borrowed, new Dialer.Result() {
            @Override
            public void connected(Connection connection) {
                borrowed.opened(connection);
                open.add(borrowed);
                connections.reportConnected(false);
                if (closed != null) {
                    connection.close();
                    borrower.unavailable(closed);
                } else {
                    borrower.borrowed(borrowed);
                }
            }

            @Override
            public void failed(DflockdException cause) {
                count--;
                if (closed != null) {
                    borrower.unavailable(closed);
                    return;
                }
                connections.backoff().failed(cause, connections.loop().now());
                connections.reportConnectFailed(cause);
                borrower.unavailable(cause);
            }
        });
    }

    /**
     * Closes the connections on which the server was asked to wait and has not answered: another connection has shown that it
     * cannot be reached on them.
     */
    public void closeBlocked(DflockdException cause) {
        connections.loop().forEach(List.copyOf(open), borrowed -> {
            if (borrowed.connection().isBlocked()) {
                borrowed.connection().close(cause);
            }
        });
    }

    /** Closes the connections that are not lent. */
    void closeUnused() {
        connections
                .loop()
                .forEach(List.copyOf(idle), unused -> unused.connection().close());
    }

    /** Whether no answer is outstanding on any of them. */
    boolean isQuiet() {
        return open.stream().allMatch(borrowed -> borrowed.connection().isClean());
    }

    void close(DflockdException cause) {
        closed = cause;
        connections.loop().timers().stop(idleTimer);
        connections
                .loop()
                .forEach(List.copyOf(open), borrowed -> borrowed.connection().flushAndClose());
    }

    void returned(BorrowedConnection unused) {
        Connection connection = unused.connection();
        if (!connection.isClean() || closed != null || idleNanos == 0) {
            connection.close();
            return;
        }
        connections.backoff().worked();
        connection.keepAlive(false);
        unused.idleSince = connections.loop().now();
        idle.addLast(unused);
        if (idle.size() == 1) {
            connections.loop().timers().start(idleTimer, unused.idleSince + idleNanos);
        }
    }

    void ended(BorrowedConnection borrowed, Connection connection, @Nullable DflockdException cause) {
        count--;
        open.remove(borrowed);
        idle.remove(borrowed);
        connections.ended(connection, cause);
        redials.ended(connection, cause, connections.loop().now());
    }

    private void closeIdle() {
        long now = connections.loop().now();
        for (BorrowedConnection oldest : new ArrayList<>(idle)) {
            long due = oldest.idleSince + idleNanos;
            if (due - now > 0) {
                connections.loop().timers().start(idleTimer, due);
                return;
            }
            oldest.connection().close();
        }
    }
}
