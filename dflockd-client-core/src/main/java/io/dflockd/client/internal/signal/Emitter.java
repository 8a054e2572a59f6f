package io.dflockd.client.internal.signal;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.FieldRules;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.internal.wire.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks signals, finds out which servers they are for, and puts their answers together. */
final class Emitter {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final SignalRegister runtime;

    private final Function<String, List<EmitConnection>> route;

    private final int maxPayload;

    private final Executor callbacks;

    private final Duration timeout;

    /**
     * An emitter.
     *
     * @param route the servers of a channel, at least one
     */
    Emitter(
            SignalRegister runtime,
            Function<String, List<EmitConnection>> route,
            int maxPayload,
            Executor callbacks,
            Duration timeout) {
        this.runtime = runtime;
        this.route = route;
        this.maxPayload = maxPayload;
        this.callbacks = callbacks;
        this.timeout = timeout;
    }

    long emit(String channel, String payload) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before an emit to channel '" + channel + "'");
        }
        CompletableFuture<Long> count = start(channel, payload);
        try {
            return count.get(timeout.plus(PATIENCE).toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException ex) {
            throw failure(ex.getCause());
        } catch (TimeoutException ex) {
            throw new RequestTimeoutException(
                    "an emit to channel '" + channel + "' was not answered within " + timeout.plus(PATIENCE), ex);
        }
    }

    CompletableFuture<Long> emitAsync(String channel, String payload) {
        CompletableFuture<Long> result = new CompletableFuture<>();
        start(channel, payload).whenComplete((count, failure) -> {
            Runnable completion = () -> {
                if (failure != null) {
                    result.completeExceptionally(failure(failure));
                } else {
                    result.complete(count);
                }
            };
            try {
                callbacks.execute(completion);
            } catch (RejectedExecutionException ex) {
                completion.run();
            }
        });
        return result;
    }

    private CompletableFuture<Long> start(String channel, String payload) {
        byte[] channelBytes = FieldRules.channel(channel);
        byte[] request = Requests.signal(channelBytes, FieldRules.payload(payload, maxPayload));
        List<EmitConnection> links = route.apply(channel);
        List<CompletableFuture<Long>> counts = new ArrayList<>(links.size());
        links.forEach(link -> counts.add(new CompletableFuture<>()));
        Runnable task = () -> {
            for (int i = 0; i < links.size(); i++) {
                emit(links.get(i), channel, request, counts.get(i));
            }
        };
        if (!runtime.later(task)) {
            throw SignalRegister.closedException();
        }
        CompletableFuture<Long> total = counts.get(0);
        for (CompletableFuture<Long> further : counts.subList(1, counts.size())) {
            total = total.thenCombine(further, Long::sum);
        }
        return total;
    }

    private void emit(EmitConnection link, String channel, byte[] request, CompletableFuture<Long> count) {
        link.emit(channel, request, count);
        count.whenComplete((queued, failure) -> runtime.events().accept(client -> {
            if (failure == null) {
                client.signalEmitted(channel, link.server(), queued);
            } else {
                client.signalEmitFailed(channel, link.server(), failure);
            }
        }));
    }

    private static DflockdException failure(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof DflockdException expected
                ? expected
                : new ConnectionClosedException("the emit failed: " + cause, cause);
    }
}
