package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.ConnectionOwner;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.wire.Target;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One server as the locks see it: the session connection, which carries what never blocks and owns what was free when it
 * was asked for, and the pool for what has to wait. Confined to the event loop.
 */
public final class ServerLocks implements ConnectionOwner {

    private static final long ASSUMED_DEFAULT_LEASE_SECONDS = 10;

    private final ServerConnections links;

    private final SharedConnection session;

    private @Nullable OwnedLocks sessionOwning;

    private long defaultLeaseSeconds = ASSUMED_DEFAULT_LEASE_SECONDS;

    private final LimitLookup limits;

    /** Finds the limit that a server's stats show for a key. */
    public interface LimitLookup {

        /** Calls back, on any thread, with the limit or with null where it is not known. */
        void find(ServerAddress server, String key, Consumer<@Nullable Integer> found);
    }

    /** A server that is not connected yet. */
    public ServerLocks(ServerConnections links, LimitLookup limits) {
        this.links = links;
        this.limits = limits;
        this.session = links.keptAlive(this);
    }

    ServerAddress address() {
        return links.server();
    }

    ServerConnections links() {
        return links;
    }

    /** The session connection. */
    public SharedConnection session() {
        return session;
    }

    /** The session connection as the owner of what was granted on it. */
    OwnedLocks owning(Connection connection) {
        OwnedLocks current = sessionOwning;
        if (current == null || current.connection() != connection) {
            current = new OwnedLocks(connection, null);
            sessionOwning = current;
        }
        return current;
    }

    /** The server's default lease as seen in its last grant, or a cautious guess. */
    long defaultLeaseSeconds() {
        return defaultLeaseSeconds;
    }

    void sawDefaultLease(long seconds) {
        defaultLeaseSeconds = seconds;
    }

    void limitOf(Target target, Consumer<@Nullable Integer> found) {
        limits.find(links.server(), target.key(), found);
    }

    @Override
    public void closed(Connection connection, @Nullable DflockdException cause) {
        OwnedLocks current = sessionOwning;
        if (current != null && current.connection() == connection) {
            sessionOwning = null;
            current.closed(connection, cause);
        }
    }
}
