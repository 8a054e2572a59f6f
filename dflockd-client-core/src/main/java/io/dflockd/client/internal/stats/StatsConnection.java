package io.dflockd.client.internal.stats;

import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerAbilities;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server for its stats, on a connection that owns nothing: the answer may be huge. Concurrent requests share one. A
 * request ends within its timeout, which includes the parsing, and at the close of the client.
 *
 * <p>Confined to the event loop; the answer is parsed on the workers.
 */
public final class StatsConnection {

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(12);

    private final ServerAddress server;
    private final SharedConnection shared;
    private final ClientLoop loop;
    private final Executor workers;
    private final int maxBytes;
    private final long timeoutNanos;
    private @Nullable Request current;
    /** The connection on which ping was sent; it is sent once on each, if at all. */
    private @Nullable Connection pinged;
    /** What the answer was. */
    private ServerAbilities byPing = ServerAbilities.UNKNOWN;

    public StatsConnection(ServerConnections connections, Executor workers, int maxBytes, long timeoutNanos) {
        this.server = connections.server();
        this.shared = connections.onDemand(IDLE_NANOS);
        this.loop = connections.loop();
        this.workers = workers;
        this.maxBytes = maxBytes;
        this.timeoutNanos = timeoutNanos;
    }

    /** Sends a request, or joins the one that is under way. Completed on the event loop. */
    public CompletableFuture<ServerStats> ask() {
        Request running = current;
        if (running == null) {
            running = new Request();
            current = running;
            loop.timers().start(running.timeout, loop.now() + timeoutNanos);
            shared.use(running);
        }
        return running.result.copy();
    }

    /** Fails the request that is under way. */
    public void close() {
        if (current != null) {
            current.fail(ClientLoop.closedException());
        }
    }

    private final class Request implements SharedConnection.User {

        private final CompletableFuture<ServerStats> result = new CompletableFuture<>();
        private final Timer timeout = new Timer(this::timedOut);
        /** While the answer to ping is missing. */
        private @Nullable ServerStats known;

        @Override
        public void connected(Connection connection) {
            connection.maxLineBytes(maxBytes);
            connection.send(Requests.stats(), Exchange.of((reply, sentAt) -> answered(reply, connection), this::fail));
        }

        @Override
        public void unavailable(DflockdException cause) {
            fail(cause);
        }

        private void timedOut() {
            shared.forget(this);
            if (known != null) {
                succeed(known);
                return;
            }
            fail(new RequestTimeoutException("server " + server + " did not answer stats within "
                    + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms"));
        }

        private void answered(Reply reply, Connection connection) {
            if (reply.is(Status.OK)) {
                parse(reply.rest(), connection);
            } else {
                fail(Refusals.of(reply, "stats", () -> Refusals.unexpected(reply, "stats")));
            }
        }

        private void parse(String json, Connection connection) {
            try {
                workers.execute(() -> {
                    try {
                        ServerStats stats = StatsReader.read(json);
                        loop.execute(() -> parsed(stats, connection));
                    } catch (Throwable ex) {
                        loop.execute(() -> fail(parseFailure(ex)));
                    }
                });
            } catch (Throwable ex) {
                fail(parseFailure(ex));
            }
        }

        private DflockdException parseFailure(Throwable cause) {
            return cause instanceof DflockdProtocolException notJson
                    ? notJson
                    : new DflockdException("the stats of server " + server + " could not be read: " + cause, cause);
        }

        /** On a connection that has not shown the server's abilities, ping is sent before the end. */
        private void parsed(ServerStats stats, Connection connection) {
            if (!AbilityReader.asksPing(stats)) {
                succeed(stats);
            } else if (pinged == connection) {
                succeed(stats.withAbilities(byPing));
            } else if (!result.isDone()) {
                known = stats;
                pinged = connection;
                byPing = ServerAbilities.UNKNOWN;
                connection.send(
                        Requests.ping(),
                        Exchange.of(
                                (reply, sentAt) -> {
                                    byPing = AbilityReader.ofPing(reply);
                                    succeed(stats.withAbilities(byPing));
                                },
                                cause -> succeed(stats)));
            }
        }

        private void succeed(ServerStats stats) {
            over();
            result.complete(stats);
        }

        private void fail(DflockdException cause) {
            over();
            result.completeExceptionally(cause);
        }

        private void over() {
            loop.timers().stop(timeout);
            if (current == this) {
                current = null;
            }
        }
    }
}
