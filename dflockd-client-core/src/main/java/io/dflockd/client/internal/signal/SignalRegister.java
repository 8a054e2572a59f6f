package io.dflockd.client.internal.signal;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.RetryDelay;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The subscriptions of one client that are open or draining. Confined to the event loop, except the methods that hand over to it. */
final class SignalRegister {

    private static final Logger logger = LoggerFactory.getLogger(SignalRegister.class);

    private final ClientLoop loop;

    private final Executor handlers;

    private final List<ServerListeners> servers;

    private final Set<Subscription> subscriptions = new LinkedHashSet<>();

    /** Those that listen no more, while what has arrived for them is still handled. */
    private final Set<Subscription> draining = new LinkedHashSet<>();

    private volatile boolean closed;

    SignalRegister(ClientLoop loop, Executor handlers, List<ServerListeners> servers) {
        this.loop = loop;
        this.handlers = handlers;
        this.servers = List.copyOf(servers);
    }

    ClientLoop loop() {
        return loop;
    }

    /** The threads that handle signals. */
    Executor handlers() {
        return handlers;
    }

    /** How many servers a subscription is complete with. */
    int listeningServers() {
        return servers.size();
    }

    /** Starts to listen for a subscription. */
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
            servers.forEach(server -> server.join(subscription));
        }
    }

    /** Listens again for a subscription that had left. On the event loop. */
    void join(Subscription subscription) {
        if (!closed) {
            servers.forEach(server -> server.join(subscription));
        }
    }

    /** Listens no more for a subscription. On the event loop. */
    void leave(Subscription subscription) {
        servers.forEach(server -> server.leave(subscription));
    }

    /** Listens no more for a subscription, and forgets it. */
    void stop(Subscription subscription) {
        if (!loop.execute(() -> unregister(subscription))) {
            logger.debug("{} ended with its client", subscription);
        }
    }

    /** Listens no more for a subscription, and lets what has arrived be handled unless the client is closed before. */
    void drain(Subscription subscription) {
        Runnable task = () -> {
            unregister(subscription);
            draining.add(subscription);
            subscription.drain(() -> forget(subscription));
            if (closed) {
                subscription.clientClosed();
            }
        };
        if (!loop.execute(task)) {
            subscription.clientClosed();
        }
    }

    private void unregister(Subscription subscription) {
        if (subscriptions.remove(subscription)) {
            leave(subscription);
        }
    }

    private void forget(Subscription drained) {
        if (!loop.execute(() -> draining.remove(drained))) {
            logger.debug("{} ended with its client", drained);
        }
    }

    /** Runs a task again after a short delay, unless the client is closed by then. */
    void retry(Runnable task) {
        if (!loop.after(RetryDelay.HANDLER.nanos(0), task)) {
            logger.debug("A signal subscription of a closed client is left alone");
        }
    }

    void fail(CompletableFuture<Void> future, String why) {
        future.completeExceptionally(closed ? ClientLoop.closedException() : new DflockdException(why));
    }

    /** Ends all subscriptions. On the event loop. */
    void close() {
        closed = true;
        for (Subscription subscription : new ArrayList<>(subscriptions)) {
            subscription.clientClosed();
            leave(subscription);
        }
        subscriptions.clear();
        List.copyOf(draining).forEach(Subscription::clientClosed);
        draining.clear();
    }

    /** What is subscribed to. On the event loop. */
    List<ClientSnapshot.Subscription> snapshot() {
        List<ClientSnapshot.Subscription> all = new ArrayList<>(subscriptions.size());
        for (Subscription subscription : subscriptions) {
            all.add(new ClientSnapshot.Subscription(
                    subscription.options().name(),
                    subscription.pattern(),
                    subscription.group(),
                    subscription.isConnected(),
                    subscription.received(),
                    subscription.dropped(),
                    subscription.buffered()));
        }
        return all;
    }
}
