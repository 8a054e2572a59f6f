package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.TlsException;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server for many users at the same time. It is dialled when a user asks for it, by one attempt for all
 * waiting users, and dialled again after it broke. Confined to the event loop, except {@link #isConnected()}.
 */
public final class SharedConnection {

    private final ServerConnections connections;
    private final ConnectionOwner owner;
    private final Redials redials;
    private final boolean keepAlive;
    private final long idleNanos;
    private final Set<User> waiting = new LinkedHashSet<>();
    private final Timer retry = new Timer(this::dialIfWanted);
    private final Timer idle = new Timer(this::closeIfIdle);
    /** Written on the loop only. */
    private volatile @Nullable Connection connection;

    private boolean dialling;
    private boolean connectedBefore;
    private long lastUsed;
    private @Nullable DflockdException closed;

    /** A connection that is not open yet. Unless it is kept alive, it is closed after it was unused for the idle time. */
    SharedConnection(ServerConnections connections, ConnectionOwner owner, boolean keepAlive, long idleNanos) {
        this.connections = connections;
        this.owner = owner;
        this.redials = new Redials(connections.backoff());
        this.keepAlive = keepAlive;
        this.idleNanos = idleNanos;
    }

    /** A user of the connection. */
    public interface User {

        /** The connection is open; it is to be used at once. */
        void connected(Connection connection);

        /** The connection could not be opened, or is closed for good, or the call above has failed. */
        void unavailable(DflockdException cause);

        /** Whether to keep waiting after a failure that may pass. */
        default boolean waitsAfter(DflockdException cause) {
            return false;
        }
    }

    /** Gives the connection to a user, now or as soon as it is open. */
    public void use(User user) {
        if (closed != null) {
            user.unavailable(closed);
            return;
        }
        Connection current = connection;
        if (current != null && current.isOpen()) {
            if (!keepAlive) {
                lastUsed = connections.loop().now();
            }
            user.connected(current);
            return;
        }
        DflockdException resting = redials.active(connections.loop().now());
        if (resting != null && !user.waitsAfter(resting)) {
            user.unavailable(resting);
            return;
        }
        waiting.add(user);
        dialIfWanted();
    }

    /**
     * Sends something harmless. Only an answer shows that the server accepts this client and speaks this protocol: one that is full,
     * requires a token or speaks TLS accepts every connection. Completed on the event loop.
     */
    public CompletableFuture<Void> firstAnswer() {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        use(new User() {
            @Override
            public void connected(Connection ready) {
                ready.send(Requests.keepAlive(), Exchange.of((reply, sentAt) -> judge(reply), this::unavailable));
            }

            private void judge(Reply reply) {
                if (reply.is(Status.OK) || reply.is(Status.ERROR)) {
                    answered.complete(null);
                } else {
                    String subject = "the first request";
                    unavailable(Refusals.of(reply, subject, () -> Refusals.unexpected(reply, subject)));
                }
            }

            @Override
            public void unavailable(DflockdException cause) {
                answered.completeExceptionally(cause);
            }
        });
        return answered;
    }

    public void forget(User user) {
        waiting.remove(user);
    }

    /** Whether it is open now. Any thread. */
    public boolean isConnected() {
        Connection current = connection;
        return current != null && current.isOpen();
    }

    /** Whether it is open and has been without an answer for so long that it may be dead. Any thread. */
    public boolean isSuspicious() {
        Connection current = connection;
        return current != null && current.isOpen() && current.isSuspicious();
    }

    /** Whether no answer is outstanding on it. */
    boolean isQuiet() {
        Connection current = connection;
        return current == null || !current.isOpen() || current.isClean();
    }

    /** Closes it for good; waiting and later users get the cause. */
    void close(DflockdException cause) {
        closed = cause;
        connections.loop().timers().stop(retry);
        connections.loop().timers().stop(idle);
        connections.loop().forEach(takeWaiting(), user -> user.unavailable(cause));
        Connection current = connection;
        if (current != null) {
            current.flushAndClose();
        }
    }

    private void dialIfWanted() {
        if (dialling || connection != null || waiting.isEmpty() || closed != null) {
            return;
        }
        long now = connections.loop().now();
        if (redials.active(now) != null) {
            connections.loop().timers().start(retry, redials.notBefore(now));
            return;
        }
        dialling = true;
        Events events = new Events();
        connections.dial(events, events);
    }

    private static boolean isPermanent(DflockdException cause) {
        return cause instanceof DflockdAuthenticationException
                || cause instanceof TlsException
                || cause instanceof DflockdProtocolException;
    }

    /** Reports a failure, for example when there is no memory, to the user, so that it does not wait for ever. */
    private void useOrFail(User user) {
        try {
            use(user);
        } catch (Throwable ex) {
            connections.loop().stepFailed(ex);
            user.unavailable(new DflockdConnectionException(
                    "the connection to server " + connections.server() + " could not be used", ex));
        }
    }

    private Iterable<User> takeWaiting() {
        ArrayList<User> users = new ArrayList<>(waiting);
        waiting.clear();
        return users;
    }

    private void closeIfIdle() {
        Connection current = connection;
        if (current == null) {
            return;
        }
        long due = lastUsed + idleNanos;
        long now = connections.loop().now();
        if (current.isClean() && due - now <= 0) {
            current.close();
            // The next one replaces nothing that was lost.
            connectedBefore = false;
        } else {
            connections.loop().timers().start(idle, due - now <= 0 ? now + idleNanos : due);
        }
    }

    /** What becomes of one attempt, and of the connection that it opens. */
    private final class Events implements Dialer.Result, ConnectionOwner {

        @Override
        public void connected(Connection ready) {
            dialling = false;
            if (closed != null) {
                ready.close();
                return;
            }
            connection = ready;
            lastUsed = connections.loop().now();
            connections.reportConnected(connectedBefore);
            connectedBefore = true;
            ready.keepAlive(keepAlive);
            if (!keepAlive) {
                connections.loop().timers().start(idle, lastUsed + idleNanos);
            }
            connections.loop().forEach(takeWaiting(), SharedConnection.this::useOrFail);
        }

        @Override
        public void failed(DflockdException cause) {
            dialling = false;
            if (closed != null) {
                return;
            }
            connections.backoff().failed(cause, connections.loop().now());
            connections.reportConnectFailed(cause);
            boolean permanent = isPermanent(cause);
            connections.loop().forEach(takeWaiting(), user -> {
                if (!permanent && user.waitsAfter(cause)) {
                    waiting.add(user);
                } else {
                    user.unavailable(cause);
                }
            });
            dialIfWanted();
        }

        @Override
        public void closed(Connection ended, @Nullable DflockdException cause) {
            if (connection == ended) {
                connection = null;
                connections.loop().timers().stop(idle);
            }
            connections.ended(ended, cause);
            if (keepAlive) {
                // Others are dialled only when a caller wants one, and not again by themselves.
                redials.ended(ended, cause, connections.loop().now());
            }
            connections.loop().attempt(told -> told.closed(ended, cause), owner);
            dialIfWanted();
        }

        @Override
        public void pushed(Connection on, String line) {
            owner.pushed(on, line);
        }

        @Override
        public boolean keepAlive(Connection on) {
            return owner.keepAlive(on);
        }
    }
}
