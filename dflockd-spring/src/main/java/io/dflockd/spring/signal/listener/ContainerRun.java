package io.dflockd.spring.signal.listener;

import io.dflockd.client.SignalSubscription;
import io.dflockd.client.Signals;
import io.dflockd.client.SubscriptionInfo;
import io.dflockd.client.SubscriptionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container from one start to the next stop. Listens as soon as the run before it has ended, so that signals of both are
 * never handled at the same time. Keeps the JVM alive until it is stopped and drained. Thread-safe.
 */
final class ContainerRun {

    private static final Logger logger = LoggerFactory.getLogger(SignalListenerContainer.class);

    private final SignalListenerContainer container;

    private final SignalMessageListener listener;

    private final ListenerCalls calls = new ListenerCalls();

    private final KeepAlive keepAlive = KeepAlive.hold();

    /** Completes when the subscriptions exist. */
    private final CompletableFuture<Void> subscribed = new CompletableFuture<>();

    private final Object lock = new Object();

    private List<SignalSubscription> subscriptions = List.of();

    private boolean stopped;

    private CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);

    ContainerRun(SignalListenerContainer container, SignalMessageListener listener) {
        this.container = container;
        this.listener = listener;
    }

    /**
     * Starts to listen.
     *
     * @param previous completes when the run before this one has ended
     * @throws RuntimeException if it cannot listen
     */
    void start(CompletableFuture<Void> previous) {
        synchronized (lock) {
            ended = previous;
        }
        if (previous.isDone()) {
            subscribe();
            return;
        }
        logger.info("Listener '{}' listens when signals that arrived before its stop are handled", container.getId());
        previous.whenComplete((done, failure) -> {
            try {
                subscribe();
            } catch (Throwable ex) {
                logger.error("Listener '{}' could not be started", container.getId(), ex);
            }
        });
    }

    private void subscribe() {
        try {
            synchronized (lock) {
                if (stopped) {
                    return;
                }
                subscriptions = subscribeToAll(container.signals());
            }
            subscribed.complete(null);
        } catch (Throwable ex) {
            keepAlive.release();
            subscribed.completeExceptionally(ex);
            throw ex;
        }
    }

    private List<SignalSubscription> subscribeToAll(Signals signals) {
        List<SignalSubscription> begun = new ArrayList<>();
        try {
            for (String channel : container.getChannels()) {
                begun.add(subscribe(signals, channel));
            }
            return List.copyOf(begun);
        } catch (Throwable ex) {
            begun.forEach(SignalSubscription::close);
            throw ex;
        }
    }

    private SignalSubscription subscribe(Signals signals, String channel) {
        ContainerSettings settings = container.getSettings();
        SubscriptionInfo info = new SubscriptionInfo(container.getId(), channel, container.getGroup());
        SubscriptionOptions options = SubscriptionOptions.defaults()
                .withName(container.getId())
                .withGroup(container.getGroup())
                .withBuffer(settings.bufferSize(), settings.overflow())
                .withBufferBytes(settings.bufferBytes())
                .withConcurrency(settings.concurrency())
                .withExecutor(settings.executor())
                .withListener(new ContainerEvents(container, info, calls));
        return signals.subscribe(channel, options, signal -> calls.run(() -> listener.onSignal(signal, info)));
    }

    List<SignalSubscription> subscriptions() {
        synchronized (lock) {
            return subscriptions;
        }
    }

    /** Completes when every server has confirmed every subscription. */
    CompletableFuture<Void> ready() {
        return subscribed.thenCompose(done -> CompletableFuture.allOf(
                subscriptions().stream().map(SignalSubscription::ready).toArray(CompletableFuture[]::new)));
    }

    /** Whether the current thread is in a call of this run, for which a stop cannot wait. */
    boolean isCalledByThisThread() {
        return calls.includeThisThread();
    }

    /** Stops listening. Completes when the signals that have arrived are handled or the time to drain is over. */
    CompletableFuture<Void> stop() {
        List<SignalSubscription> closing;
        synchronized (lock) {
            stopped = true;
            closing = subscriptions;
        }
        subscribed.completeExceptionally(
                new IllegalStateException("listener '" + container.getId() + "' was stopped before it listened"));
        CompletableFuture<Void> drained = isCalledByThisThread() ? drop(closing) : drain(closing);
        synchronized (lock) {
            ended = CompletableFuture.allOf(ended, drained).thenCompose(done -> calls.whenIdle());
        }
        drained.whenComplete((done, failure) -> keepAlive.release());
        return drained;
    }

    /** Completes when the run was stopped and no call is under way any more. To be asked after a stop. */
    CompletableFuture<Void> ended() {
        synchronized (lock) {
            return ended;
        }
    }

    private CompletableFuture<Void> drain(List<SignalSubscription> closing) {
        return CompletableFuture.allOf(closing.stream()
                .map(subscription -> subscription
                        .closeAsync(container.getSettings().drainTimeout())
                        .thenAccept(all -> report(subscription, all)))
                .toArray(CompletableFuture[]::new));
    }

    /** After a stop from within the listener it is not called again. */
    private CompletableFuture<Void> drop(List<SignalSubscription> closing) {
        for (SignalSubscription subscription : closing) {
            boolean waiting = subscription.buffered() > 0;
            subscription.close();
            report(subscription, !waiting);
        }
        return CompletableFuture.completedFuture(null);
    }

    private void report(SignalSubscription subscription, @Nullable Boolean all) {
        if (!Boolean.TRUE.equals(all)) {
            logger.warn(
                    "Listener '{}' on '{}' was stopped while signals waited or were handled; it has dropped {} in all",
                    container.getId(),
                    subscription.pattern(),
                    subscription.dropped());
        }
    }
}
