package io.dflockd.client.internal.stats;

import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.client.internal.loop.Timers;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.ConnectionOwner;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server for its stats, on a connection that owns nothing: the answer may be huge. Requests at the same time
 * share one. Confined to the event loop; the answer is parsed on the blocking executor.
 */
public final class StatsConnection implements ConnectionOwner {

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(12);

    private final ServerAddress server;

    private final SharedConnection link;

    private final Timers timers;

    private final Executor blocking;

    private final int maxBytes;

    private final long timeoutNanos;

    private @Nullable Request current;

    /** A link that is not connected yet. */
    public StatsConnection(ServerConnections links, Executor blocking, int maxBytes, long timeoutNanos) {
        this.server = links.server();
        this.link = links.onDemand(this, IDLE_NANOS);
        this.timers = links.timers();
        this.blocking = blocking;
        this.maxBytes = maxBytes;
        this.timeoutNanos = timeoutNanos;
    }

    /** Asks, or joins the request that is under way. The future is completed on the loop or the blocking executor. */
    public CompletableFuture<ServerStats> ask() {
        Request running = current;
        if (running == null) {
            running = new Request();
            current = running;
            timers.start(running, timers.now() + timeoutNanos);
            link.use(running);
        }
        return running.result.copy();
    }

    @Override
    public void closed(Connection connection, @Nullable DflockdException cause) {
        // The request that was outstanding has failed already.
    }

    private final class Request extends Timers.Timer implements SharedConnection.User {

        private final CompletableFuture<ServerStats> result = new CompletableFuture<>();

        @Override
        public void connected(Connection connection) {
            connection.maxLineBytes(maxBytes);
            connection.send(Requests.stats(), new Exchange() {
                @Override
                protected void answered(Reply reply) {
                    statsAnswered(reply);
                }

                @Override
                protected void failed(DflockdException cause) {
                    unavailable(cause);
                }
            });
        }

        @Override
        public void unavailable(DflockdException cause) {
            over();
            result.completeExceptionally(cause);
        }

        @Override
        public boolean waitsAfter(DflockdException cause) {
            return false;
        }

        @Override
        protected void expired() {
            link.forget(this);
            unavailable(new RequestTimeoutException("server " + server + " did not answer stats within "
                    + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms"));
        }

        private void over() {
            timers.stop(this);
            if (current == this) {
                current = null;
            }
        }

        private void statsAnswered(Reply reply) {
            over();
            if (reply.is("ok")) {
                parse(reply.rest());
            } else if (reply.is("error_auth")) {
                result.completeExceptionally(new DflockdAuthenticationException(
                        "server " + server + " wants an auth token and was given none; set the client's auth token"));
            } else if (reply.is("error_draining")) {
                result.completeExceptionally(
                        new DflockdConnectionException("server " + server + " is shutting down", null));
            } else {
                result.completeExceptionally(reply.unexpected("stats"));
            }
        }

        private void parse(String json) {
            try {
                blocking.execute(() -> {
                    try {
                        result.complete(StatsReader.read(json));
                    } catch (DflockdException ex) {
                        result.completeExceptionally(ex);
                    }
                });
            } catch (RejectedExecutionException ex) {
                result.completeExceptionally(new DflockdConnectionException("the client was closed", ex));
            }
        }
    }
}
