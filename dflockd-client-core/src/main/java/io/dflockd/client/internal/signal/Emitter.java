package io.dflockd.client.internal.signal;

import io.dflockd.client.FieldRules;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.SignalRouting;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.client.internal.wire.Requests;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Checks signals, sends them to their servers, and adds up the answers. Any thread may call it. */
final class Emitter {

    /** The timeout of each server comes first. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final ClientLoop loop;
    private final ClientSettings settings;
    private final Map<ServerAddress, EmitConnection> connections = new LinkedHashMap<>();

    Emitter(ClientLoop loop, ClientSettings settings, List<ServerConnections> servers) {
        this.loop = loop;
        this.settings = settings;
        servers.forEach(server ->
                connections.put(server.server(), new EmitConnection(server, settings.requestTimeout.toNanos())));
    }

    long emit(String channel, String payload) throws InterruptedException {
        loop.requireOtherThread();
        ClientLoop.requireNotInterrupted();
        Duration limit = settings.requestTimeout.plus(GRACE);
        return loop.await(
                start(channel, payload),
                limit.toNanos(),
                () -> new RequestTimeoutException(
                        "an emit to channel '" + channel + "' was not answered within " + limit));
    }

    CompletableFuture<Long> emitAsync(String channel, String payload) {
        return loop.forCaller(start(channel, payload));
    }

    private CompletableFuture<Long> start(String channel, String payload) {
        byte[] channelBytes = FieldRules.channel(channel);
        byte[] request = Requests.signal(channelBytes, FieldRules.payload(payload, settings.maxSignalPayload));
        CompletableFuture<Long> total = null;
        for (EmitConnection connection : route(channel)) {
            CompletableFuture<Long> count = new CompletableFuture<>();
            if (!loop.execute(() -> connection.emit(channel, request, count))) {
                return CompletableFuture.failedFuture(ClientLoop.closedException());
            }
            total = total == null ? count : total.thenCombine(count, Long::sum);
        }
        return Objects.requireNonNull(total);
    }

    /** The servers of a channel, at least one. */
    private Collection<EmitConnection> route(String channel) {
        return connections.size() > 1 && settings.signalRouting == SignalRouting.BY_CHANNEL
                ? List.of(Objects.requireNonNull(connections.get(settings.serverFor(channel))))
                : connections.values();
    }
}
