package io.dflockd.client.internal.signal;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.RetryDelay;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscriptions of one client that are open or draining. Confined to the event loop, except the methods that hand work
 * over to it.
 */
final class SignalRegister {

    private static final Logger logger = LoggerFactory.getLogger(SignalRegister.class);
    private final ClientLoop loop;
    private final Executor handlers;
    private final List<ServerListeners> servers;
    /** Those that are open, and those that no longer listen but for which what has arrived is still being handled. */
    private final Set<Subscription> subscriptions = new LinkedHashSet<>();

    private volatile boolean closed;

    SignalRegister(ClientLoop loop, Executor handlers, List<ServerListeners> servers) {
        this.loop = loop;
        this.handlers = handlers;
        this.servers = List.copyOf(servers);
    }

    ClientLoop loop() {
        return loop;
    }

    /** Where the handler and the listener of a subscription run. */
    HandlerExecutor executorFor(SubscriptionOptions options) {
        return new HandlerExecutor(
                handlers, options.executor(), task -> loop.schedule(task, RetryDelay.HANDLER.nanos(0)));
    }

    /** The servers that a subscription listens to. */
    List<ServerAddress> servers() {
        return servers.stream().map(ServerListeners::server).toList();
    }

    /** Starts to listen. */
    void begin(Subscription subscription) {
        if (closed || !loop.execute(() -> register(subscription))) {
            throw ClientLoop.closedException();
        }
    }

    private void register(Subscription subscription) {
        if (closed) {
            subscription.clientClosed();
        } else if (!subscription.isClosed()) {
            subscriptions.add(subscription);
            loop.forEach(servers, server -> server.join(subscription));
        }
    }

    /** Listens again, for a subscription that had left. On the event loop. */
    void join(Subscription subscription) {
        if (!closed) {
            loop.forEach(servers, server -> server.join(subscription));
        }
    }

    /** Stops listening. On the event loop. */
    void leave(Subscription subscription) {
        loop.forEach(servers, server -> server.leave(subscription));
    }

    /** Stops listening and forgets the subscription. */
    void stop(Subscription subscription) {
        Runnable task = () -> {
            leave(subscription);
            subscriptions.remove(subscription);
        };
        if (!loop.execute(task)) {
            logger.debug("{} ended with its client", subscription);
        }
    }

    /** Stops listening, and lets what has arrived be handled unless the client is closed before. */
    void drain(Subscription subscription) {
        Runnable task = () -> {
            leave(subscription);
            subscriptions.add(subscription);
            subscription.drain(() -> stop(subscription));
            if (closed) {
                subscription.clientClosed();
            }
        };
        if (!loop.execute(task)) {
            subscription.clientClosed();
        }
    }

    void fail(CompletableFuture<Void> future, String why) {
        future.completeExceptionally(closed ? ClientLoop.closedException() : new DflockdException(why));
    }

    /** Ends all subscriptions. On the event loop. */
    void close() {
        closed = true;
        loop.forEach(List.copyOf(subscriptions), subscription -> {
            subscription.clientClosed();
            leave(subscription);
        });
        subscriptions.clear();
    }

    /** The open subscriptions. On the event loop. */
    List<ClientSnapshot.Subscription> snapshot() {
        return subscriptions.stream()
                .filter(subscription -> !subscription.isClosed())
                .map(Subscription::snapshot)
                .toList();
    }
}
