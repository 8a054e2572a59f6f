package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.TlsException;
import io.dflockd.client.UnknownServerHostException;
import io.dflockd.client.internal.loop.Timers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server that many use at the same time. It is dialled when somebody wants it, by one attempt for all
 * who wait, and dialled again after it broke. Confined to the event loop, but for {@link #isConnected()}.
 */
public final class SharedConnection {

    private final ServerConnections links;

    private final ConnectionOwner owner;

    private final boolean keepAlive;

    private final long idleNanos;

    private final Set<User> waiting = new LinkedHashSet<>();

    private final Timers.Timer retry = new Timers.Timer() {
        @Override
        protected void expired() {
            dialIfWanted();
        }
    };

    private final Timers.Timer idle = new Timers.Timer() {
        @Override
        protected void expired() {
            closeIfIdle();
        }
    };

    /** Written on the loop only. */
    private volatile @Nullable Connection connection;

    private boolean dialling;

    private boolean connectedBefore;

    private long lastUsed;

    private @Nullable DflockdException closed;

    /**
     * A link that is not connected yet.
     *
     * @param keepAlive whether it is kept once it is there; else it is closed when unused for the idle time
     */
    SharedConnection(ServerConnections links, ConnectionOwner owner, boolean keepAlive, long idleNanos) {
        this.links = links;
        this.owner = owner;
        this.keepAlive = keepAlive;
        this.idleNanos = idleNanos;
    }

    /** Somebody who wants the connection. */
    public interface User {

        /** Here it is; to be used at once. */
        void connected(Connection connection);

        /** It cannot be had. */
        void unavailable(DflockdException cause);

        /** Asked after a failure that may pass: whether to keep waiting. */
        boolean waitsAfter(DflockdException cause);
    }

    /** Gives the connection to a user, now or as soon as it is there. */
    public void use(User user) {
        if (closed != null) {
            user.unavailable(closed);
            return;
        }
        Connection current = connection;
        if (current != null && current.isOpen()) {
            if (!keepAlive) {
                lastUsed = links.timers().now();
            }
            user.connected(current);
            return;
        }
        DflockdException resting = links.backoff().active(links.timers().now());
        if (resting != null && !user.waitsAfter(resting)) {
            user.unavailable(resting);
            return;
        }
        waiting.add(user);
        dialIfWanted();
    }

    /** A user who waits no more. */
    public void forget(User user) {
        waiting.remove(user);
    }

    /** Whether there is a connection now; any thread. */
    public boolean isConnected() {
        Connection current = connection;
        return current != null && current.isOpen();
    }

    /** Whether nothing is outstanding on it. */
    boolean isQuiet() {
        Connection current = connection;
        return current == null || !current.isOpen() || current.isClean();
    }

    /** Ends it; who waits or comes later gets the cause. */
    void close(DflockdException cause) {
        closed = cause;
        links.timers().stop(retry);
        links.timers().stop(idle);
        failWaiting(cause);
        Connection current = connection;
        if (current != null) {
            current.flushAndClose();
        }
    }

    private void dialIfWanted() {
        if (dialling || connection != null || waiting.isEmpty() || closed != null) {
            return;
        }
        long now = links.timers().now();
        if (links.backoff().active(now) != null) {
            links.timers().start(retry, links.backoff().notBefore());
            return;
        }
        dialling = true;
        links.dial(new Events(), new Dialer.Result() {
            @Override
            public void connected(Connection ready) {
                dialled(ready);
            }

            @Override
            public void failed(DflockdException cause) {
                dialFailed(cause);
            }
        });
    }

    private void dialled(Connection ready) {
        dialling = false;
        if (closed != null) {
            ready.close();
            return;
        }
        connection = ready;
        lastUsed = links.timers().now();
        links.reportConnected(connectedBefore);
        connectedBefore = true;
        ready.keepAlive(keepAlive);
        if (!keepAlive) {
            links.timers().start(idle, lastUsed + idleNanos);
        }
        for (User user : takeWaiting()) {
            use(user);
        }
    }

    private void dialFailed(DflockdException cause) {
        dialling = false;
        if (closed != null) {
            return;
        }
        links.backoff().failed(cause, links.timers().now());
        links.reportConnectFailed(cause);
        boolean final_ = isFinal(cause);
        for (User user : takeWaiting()) {
            if (!final_ && user.waitsAfter(cause)) {
                waiting.add(user);
            } else {
                user.unavailable(cause);
            }
        }
        dialIfWanted();
    }

    private static boolean isFinal(DflockdException cause) {
        return cause instanceof DflockdAuthenticationException
                || cause instanceof TlsException
                || cause instanceof DflockdProtocolException
                || cause instanceof UnknownServerHostException;
    }

    private Iterable<User> takeWaiting() {
        ArrayList<User> users = new ArrayList<>(waiting);
        waiting.clear();
        return users;
    }

    private void failWaiting(DflockdException cause) {
        for (User user : takeWaiting()) {
            user.unavailable(cause);
        }
    }

    private void closeIfIdle() {
        Connection current = connection;
        if (current == null) {
            return;
        }
        long due = lastUsed + idleNanos;
        long now = links.timers().now();
        if (current.isClean() && due - now <= 0) {
            current.close();
        } else {
            links.timers().start(idle, due - now <= 0 ? now + idleNanos : due);
        }
    }

    private final class Events implements ConnectionOwner {

        @Override
        public void closed(Connection ended, @Nullable DflockdException cause) {
            if (connection == ended) {
                connection = null;
                links.timers().stop(idle);
            }
            links.ended(ended, cause);
            owner.closed(ended, cause);
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
