package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.loop.RetryDelay;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When connections of one kind to a server may be dialled: its session connection, its connections for waits, or a listening
 * connection. None is dialled for a while after the server could not be reached. A server, or a balancer before it, that accepts
 * connections and ends them soon holds up the kind that it does this to, longer each time, until a connection has proved itself.
 * Confined to the event loop.
 */
final class Redials {

    /** A connection that has lasted for so long, as long as the longest delay, has proved itself. */
    static final long PROVED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Backoff server;
    private final Backoff shortLived = new Backoff(RetryDelay.REDIAL);
    /** When the last end was counted. Before the first one, every connection is younger. */
    private @Nullable Long countedAt;

    /** With when the server may be dialled at all. */
    Redials(Backoff server) {
        this.server = server;
    }

    /** A connection has ended; without a cause on purpose. Those that were open together and end together count once. */
    void ended(Connection connection, @Nullable DflockdException cause, long now) {
        if (now - connection.openedAt() >= PROVED_NANOS) {
            shortLived.worked();
            countedAt = null;
        } else if (cause != null && (countedAt == null || connection.openedAt() - countedAt >= 0)) {
            shortLived.failed(cause, now);
            countedAt = now;
        }
    }

    /** Why nobody may dial now; null if dialling is allowed. */
    @Nullable
    DflockdException active(long now) {
        DflockdException own = shortLived.active(now);
        return own != null ? own : server.active(now);
    }

    /** While dialling is not allowed: when to look again. */
    long notBefore(long now) {
        return shortLived.active(now) != null ? shortLived.notBefore() : server.notBefore();
    }
}
