package io.dflockd.client.internal.signal;

import io.dflockd.client.DflockdException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.SignalRejectedException;
import io.dflockd.client.SignalsUnsupportedException;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Emits to one server. The connection owns no lock, because the server closes a connection on which it gets a line that is
 * too long. An emit is sent once. Confined to the event loop.
 */
final class EmitConnection {

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private final ServerAddress server;
    private final SharedConnection shared;
    private final ClientLoop loop;
    private final long timeoutNanos;
    private @Nullable SignalSupport support;

    EmitConnection(ServerConnections connections, long timeoutNanos) {
        this.server = connections.server();
        this.shared = connections.onDemand(IDLE_NANOS);
        this.loop = connections.loop();
        this.timeoutNanos = timeoutNanos;
    }

    /** Emits a signal. The future is completed on the event loop. */
    void emit(String channel, byte[] request, CompletableFuture<Long> count) {
        Emit emit = new Emit(channel, request, count);
        loop.timers().start(emit.timeout, loop.now() + timeoutNanos);
        shared.use(emit);
        count.whenComplete((queued, failure) -> loop.events().accept(client -> {
            if (failure == null) {
                client.signalEmitted(channel, server, queued);
            } else {
                client.signalEmitFailed(channel, server, failure);
            }
        }));
    }

    private final class Emit implements SharedConnection.User {

        private final String channel;
        private final byte[] request;
        private final CompletableFuture<Long> count;
        private final Timer timeout = new Timer(this::timedOut);

        Emit(String channel, byte[] request, CompletableFuture<Long> count) {
            this.channel = channel;
            this.request = request;
            this.count = count;
        }

        @Override
        public void connected(Connection connection) {
            connection.send(
                    request, Exchange.of((reply, sentAt) -> emitAnswered(connection, reply), this::unavailable));
        }

        @Override
        public void unavailable(DflockdException cause) {
            loop.timers().stop(timeout);
            count.completeExceptionally(cause);
        }

        private void timedOut() {
            shared.forget(this);
            count.completeExceptionally(new RequestTimeoutException("server " + server
                    + " did not answer an emit to channel '" + channel + "' within "
                    + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms; it may have been delivered or not"));
        }

        private void emitAnswered(Connection connection, Reply reply) {
            SignalSupport signals = supportOn(connection);
            if (reply.is(Status.OK)) {
                signals.confirmed();
                loop.timers().stop(timeout);
                count.complete(reply.count());
            } else if (reply.is(Status.ERROR)) {
                signals.whenKnown(
                        () -> unavailable(signals.isMissing() ? new SignalsUnsupportedException(server) : refused()),
                        this::unavailable);
            } else {
                unavailable(Refusals.of(reply, "signal", this::refused));
            }
        }

        private SignalRejectedException refused() {
            return new SignalRejectedException("server " + server + " refused a signal to channel '" + channel
                    + "': it does not allow this payload; most servers take 256 bytes, and some no blank payload");
        }
    }

    private SignalSupport supportOn(Connection connection) {
        SignalSupport current = support;
        if (current == null || !current.isOn(connection)) {
            current = new SignalSupport(loop, connection);
            support = current;
        }
        return current;
    }
}
