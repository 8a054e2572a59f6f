package io.dflockd.client.internal.signal;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.SignalRejectedException;
import io.dflockd.client.internal.loop.Timers;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.ConnectionOwner;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.wire.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Emits to one server, on a connection that owns no lock: the server closes one that sends what it finds too long. An emit
 * is sent once. Confined to the event loop.
 */
final class EmitConnection implements ConnectionOwner {

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ServerAddress server;

    private final SharedConnection link;

    private final Timers timers;

    private final long timeoutNanos;

    EmitConnection(ServerConnections links, long timeoutNanos) {
        this.server = links.server();
        this.link = links.onDemand(this, IDLE_NANOS);
        this.timers = links.timers();
        this.timeoutNanos = timeoutNanos;
    }

    ServerAddress server() {
        return server;
    }

    /** Emits; the future is completed on the event loop. */
    void emit(String channel, byte[] request, CompletableFuture<Long> count) {
        Emit emit = new Emit(channel, request, count);
        timers.start(emit, timers.now() + timeoutNanos);
        link.use(emit);
    }

    @Override
    public void closed(Connection connection, @Nullable DflockdException cause) {
        // The emits that were outstanding have failed already.
    }

    private final class Emit extends Timers.Timer implements SharedConnection.User {

        private final String channel;

        private final byte[] request;

        private final CompletableFuture<Long> count;

        Emit(String channel, byte[] request, CompletableFuture<Long> count) {
            this.channel = channel;
            this.request = request;
            this.count = count;
        }

        @Override
        public void connected(Connection connection) {
            connection.send(request, new Exchange() {
                @Override
                protected void answered(Reply reply) {
                    timers.stop(Emit.this);
                    emitAnswered(reply);
                }

                @Override
                protected void failed(DflockdException cause) {
                    unavailable(cause);
                }
            });
        }

        @Override
        public void unavailable(DflockdException cause) {
            timers.stop(this);
            count.completeExceptionally(cause);
        }

        @Override
        public boolean waitsAfter(DflockdException cause) {
            return false;
        }

        @Override
        protected void expired() {
            link.forget(this);
            count.completeExceptionally(new RequestTimeoutException("server " + server
                    + " did not answer an emit to channel '" + channel + "' within "
                    + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms; it may have been delivered or not"));
        }

        private void emitAnswered(Reply reply) {
            if (reply.is("ok")) {
                count.complete(reply.count());
                return;
            }
            DflockdException refusal = switch (reply.status()) {
                case "error" ->
                    new SignalRejectedException("server " + server + " refused a signal to channel '" + channel
                            + "': it does not take this payload (most take 256 bytes, some no blank one), or it"
                            + " is a server without signals (before 1.11, or 2.0 and later)");
                case "error_auth" ->
                    new DflockdAuthenticationException("server " + server
                            + " wants an auth token and was given none; set the client's auth token");
                case "error_draining" ->
                    new ConnectionClosedException("server " + server + " is shutting down and takes no new requests");
                default -> reply.unexpected("signal");
            };
            count.completeExceptionally(refusal);
        }
    }
}
