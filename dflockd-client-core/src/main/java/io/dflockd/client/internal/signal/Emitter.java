package io.dflockd.client.internal.signal;

import io.dflockd.client.FieldRules;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.wire.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Checks signals, sends them to their servers, and adds up the answers. */
final class Emitter {

    /** The timeout of each server comes first. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final ClientLoop loop;
    private final Function<String, List<EmitConnection>> route;
    private final int maxPayload;
    private final Duration timeout;

    /**
     * An emitter.
     *
     * @param route the servers of a channel, at least one
     */
    Emitter(ClientLoop loop, Function<String, List<EmitConnection>> route, int maxPayload, Duration timeout) {
        this.loop = loop;
        this.route = route;
        this.maxPayload = maxPayload;
        this.timeout = timeout;
    }

    long emit(String channel, String payload) throws InterruptedException {
        loop.requireOtherThread();
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before an emit to channel '" + channel + "'");
        }
        Duration limit = timeout.plus(GRACE);
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
        byte[] request = Requests.signal(channelBytes, FieldRules.payload(payload, maxPayload));
        List<EmitConnection> connections = route.apply(channel);
        List<CompletableFuture<Long>> counts = new ArrayList<>(connections.size());
        connections.forEach(connection -> counts.add(new CompletableFuture<>()));
        Runnable task = () -> {
            for (int i = 0; i < connections.size(); i++) {
                emit(connections.get(i), channel, request, counts.get(i));
            }
        };
        if (!loop.execute(task)) {
            throw ClientLoop.closedException();
        }
        CompletableFuture<Long> total = counts.get(0);
        for (CompletableFuture<Long> further : counts.subList(1, counts.size())) {
            total = total.thenCombine(further, Long::sum);
        }
        return total;
    }

    private void emit(EmitConnection connection, String channel, byte[] request, CompletableFuture<Long> count) {
        connection.emit(channel, request, count);
        count.whenComplete((queued, failure) -> loop.events().accept(client -> {
            if (failure == null) {
                client.signalEmitted(channel, connection.server(), queued);
            } else {
                client.signalEmitFailed(channel, connection.server(), failure);
            }
        }));
    }
}
