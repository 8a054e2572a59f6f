package io.dflockd.client.internal.signal;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.DflockdException;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all subscriptions of one client share, and the register of them. The register is confined to the event loop. */
final class SignalRegister {

    private static final Logger logger = LoggerFactory.getLogger(SignalRegister.class);

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final EventLoop loop;

    private final Executor callbacks;

    private final Executor handlers;

    private final Consumer<Consumer<DflockdClientListener>> events;

    private final List<ServerListeners> servers;

    private final Set<Subscription> subscriptions = new LinkedHashSet<>();

    /** Those that listen no more, while what has arrived for them is still handled. */
    private final Set<Subscription> draining = new LinkedHashSet<>();

    private volatile boolean closed;

    SignalRegister(
            EventLoop loop,
            Executor callbacks,
            Executor handlers,
            Consumer<Consumer<DflockdClientListener>> events,
            List<ServerListeners> servers) {
        this.loop = loop;
        this.callbacks = callbacks;
        this.handlers = handlers;
        this.events = events;
        this.servers = List.copyOf(servers);
    }

    Consumer<Consumer<DflockdClientListener>> events() {
        return events;
    }

    /** The threads that handle signals. */
    Executor handlers() {
        return handlers;
    }

    /** How many servers a subscription is complete with. */
    int listeningServers() {
        return servers.size();
    }

    static ClientClosedException closedException() {
        return new ClientClosedException("the dflockd client is closed; make requests before closing it");
    }

    /** Starts to listen for a subscription. */
    void begin(Subscription subscription) {
        if (closed || !later(() -> register(subscription))) {
            throw closedException();
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
        if (!later(() -> unregister(subscription))) {
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
        if (!later(task)) {
            subscription.clientClosed();
        }
    }

    private void unregister(Subscription subscription) {
        if (subscriptions.remove(subscription)) {
            leave(subscription);
        }
    }

    private void forget(Subscription drained) {
        if (!later(() -> draining.remove(drained))) {
            logger.debug("{} ended with its client", drained);
        }
    }

    /** Runs something on the event loop; false if the loop has ended. */
    boolean later(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException ex) {
            return false;
        }
    }

    /** Runs something a moment later, unless the client is closed by then. */
    void retry(Runnable task) {
        if (!after(RETRY_NANOS, task)) {
            logger.debug("A signal subscription of a closed client is left alone");
        }
    }

    /** Runs something later on the event loop; false if the loop has ended. */
    boolean after(long nanos, Runnable task) {
        try {
            loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (RejectedExecutionException ex) {
            return false;
        }
    }

    /** Completes a future where continuations of callers may run. */
    void complete(CompletableFuture<Void> future) {
        call(() -> future.complete(null));
    }

    void fail(CompletableFuture<Void> future, String why) {
        if (!future.isDone()) {
            DflockdException cause = closed ? closedException() : new DflockdException(why);
            call(() -> future.completeExceptionally(cause));
        }
    }

    /** Runs what completes a future of a caller. */
    void call(Runnable completion) {
        try {
            callbacks.execute(completion);
        } catch (RejectedExecutionException ex) {
            completion.run();
        }
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
