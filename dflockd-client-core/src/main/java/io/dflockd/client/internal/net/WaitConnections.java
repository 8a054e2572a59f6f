package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LockRejectedException;
import io.dflockd.client.internal.loop.Timers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connections that one acquisition each may block, and that then own what was granted on them. There is a cap, and beyond
 * it a refusal: who waited here for a connection could wait for one who waits for him. Confined to the event loop.
 */
public final class WaitConnections {

    private final ServerConnections links;

    private final int max;

    private final long idleNanos;

    /** Unused ones, the most recently used last. */
    private final ArrayDeque<Lease> idle = new ArrayDeque<>();

    private final Set<Lease> open = new HashSet<>();

    private final Timers.Timer idleTimer = new Timers.Timer() {
        @Override
        protected void expired() {
            closeIdle();
        }
    };

    private boolean idleTimerRuns;

    private int count;

    private @Nullable DflockdException closed;

    WaitConnections(ServerConnections links, int max, long idleNanos) {
        this.links = links;
        this.max = max;
        this.idleNanos = idleNanos;
    }

    /** Who asked for a connection; exactly one of the methods is called. */
    public interface Taker {

        /** Here it is; give it back with {@link Lease#giveBack()} or close it. */
        void taken(Lease lease);

        /** It cannot be had. */
        void refused(DflockdException cause);
    }

    /**
     * Hands out an unused connection or dials one.
     *
     * @param owner who is told what happens on it while it is lent
     */
    public void take(ConnectionOwner owner, Taker taker) {
        if (closed != null) {
            taker.refused(closed);
            return;
        }
        Lease unused = idle.pollLast();
        if (unused != null) {
            unused.owner = owner;
            taker.taken(unused);
            return;
        }
        DflockdException resting = links.backoff().active(links.timers().now());
        if (resting != null) {
            taker.refused(resting);
            return;
        }
        if (count >= max) {
            taker.refused(new LockRejectedException("server " + links.server() + " has " + count
                    + " connections of this client that wait for or own contended locks, as many as maxWaitConnections"
                    + " allows; raise that setting, or wait for fewer locks at a time"));
            return;
        }
        count++;
        Lease lease = new Lease(owner);
        links.dial(lease, new Dialer.Result() {
            @Override
            public void connected(Connection connection) {
                dialled(lease, connection, taker);
            }

            @Override
            public void failed(DflockdException cause) {
                count--;
                if (closed == null) {
                    links.backoff().failed(cause, links.timers().now());
                    links.reportConnectFailed(cause);
                }
                taker.refused(closed != null ? closed : cause);
            }
        });
    }

    /** Whether nothing is outstanding on any of them. */
    boolean isQuiet() {
        return open.stream().allMatch(lease -> lease.connection().isClean());
    }

    void close(DflockdException cause) {
        closed = cause;
        links.timers().stop(idleTimer);
        for (Lease lease : new ArrayList<>(open)) {
            lease.connection().flushAndClose();
        }
    }

    private void dialled(Lease lease, Connection connection, Taker taker) {
        lease.connection = connection;
        open.add(lease);
        links.reportConnected(false);
        if (closed != null) {
            connection.close();
            taker.refused(closed);
            return;
        }
        taker.taken(lease);
    }

    private void closeIdle() {
        idleTimerRuns = false;
        long now = links.timers().now();
        Iterator<Lease> oldestFirst = new ArrayList<>(idle).iterator();
        while (oldestFirst.hasNext()) {
            Lease lease = oldestFirst.next();
            if (lease.idleSince + idleNanos - now > 0) {
                startIdleTimer(lease.idleSince + idleNanos);
                return;
            }
            lease.connection().close();
        }
    }

    private void startIdleTimer(long at) {
        idleTimerRuns = true;
        links.timers().start(idleTimer, at);
    }

    /** A connection lent to one acquisition. */
    public final class Lease implements ConnectionOwner {

        private @Nullable Connection connection;

        private @Nullable ConnectionOwner owner;

        private long idleSince;

        private Lease(ConnectionOwner owner) {
            this.owner = owner;
        }

        /** The connection. */
        public Connection connection() {
            if (connection == null) {
                throw new IllegalStateException("not connected yet");
            }
            return connection;
        }

        /** Who is told from now on what happens on it. */
        public void owner(ConnectionOwner newOwner) {
            this.owner = newOwner;
        }

        /** Gives it back after a refusal; one after an answer that is not understood is closed instead. */
        public void giveBackAfter(DflockdException refusal) {
            if (refusal instanceof DflockdProtocolException) {
                connection().close(refusal);
            } else {
                giveBack();
            }
        }

        /** Gives it back; one whose last exchange was not clean is closed instead. */
        public void giveBack() {
            Connection current = connection();
            boolean lent = owner != null;
            owner = null;
            if (!lent || !current.isOpen()) {
                return;
            }
            if (!current.isClean() || closed != null || idleNanos == 0) {
                current.close();
                return;
            }
            links.backoff().worked();
            current.keepAlive(false);
            idleSince = links.timers().now();
            idle.addLast(this);
            if (!idleTimerRuns) {
                startIdleTimer(idleSince + idleNanos);
            }
        }

        @Override
        public void closed(Connection ended, @Nullable DflockdException cause) {
            count--;
            open.remove(this);
            idle.remove(this);
            links.ended(ended, cause);
            if (owner != null) {
                owner.closed(ended, cause);
            }
        }

        @Override
        public boolean keepAlive(Connection on) {
            return owner != null && owner.keepAlive(on);
        }
    }
}
