package io.dflockd.spring.signal.listener;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.SignalSubscription;
import io.dflockd.client.Signals;
import io.dflockd.client.SubscriptionInfo;
import io.dflockd.client.SubscriptionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Subscribes a listener to channels while it runs. A start does not wait for servers: where one is down it is listened to
 * when it comes up. A stop ends the subscriptions first, then lets what has arrived be handled, in bounded time; after it
 * the listener is not called again. Can be started again.
 */
public class SignalListenerContainer implements SmartLifecycle {

    /** Starts after, and stops before, everything that handlers may use. */
    public static final int PHASE = Integer.MAX_VALUE - 100;

    private static final Logger logger = LoggerFactory.getLogger(SignalListenerContainer.class);

    private static final long SPARE_SECONDS = 5;

    private static final long MAX_DRAIN_SECONDS = TimeUnit.DAYS.toSeconds(365);

    private final String id;

    private final List<String> channels;

    private final @Nullable String group;

    private final Supplier<DflockdClient> client;

    private final ContainerSettings settings;

    private final SignalMessageListener listener;

    private final Object lifecycle = new Object();

    private List<SignalSubscription> subscriptions = List.of();

    private CompletableFuture<Void> stopped = CompletableFuture.completedFuture(null);

    private volatile boolean running;

    /**
     * Creates a container.
     *
     * @param id its name, also in events and meters
     * @param channels channels or patterns, at least one
     * @param group the queue group, null for plain subscriptions
     * @param client asked at each start
     * @param settings how to listen
     * @param listener what is called
     * @throws io.dflockd.client.InvalidArgumentException if a pattern or the group breaks a rule
     */
    public SignalListenerContainer(
            String id,
            List<String> channels,
            @Nullable String group,
            Supplier<DflockdClient> client,
            ContainerSettings settings,
            SignalMessageListener listener) {
        this.id = id;
        this.channels = List.copyOf(channels);
        this.group = group;
        this.client = client;
        this.settings = settings;
        this.listener = listener;
        if (channels.isEmpty()) {
            throw new IllegalArgumentException("listener '" + id + "' has no channel");
        }
        this.channels.forEach(Signals::checkPattern);
        SubscriptionOptions.defaults().withGroup(group);
    }

    /**
     * Its name.
     *
     * @return the id
     */
    public String getId() {
        return id;
    }

    /**
     * What it listens to.
     *
     * @return channels or patterns
     */
    public List<String> getChannels() {
        return channels;
    }

    /**
     * The queue group.
     *
     * @return null for plain subscriptions
     */
    public @Nullable String getGroup() {
        return group;
    }

    /**
     * How it listens.
     *
     * @return the settings
     */
    public ContainerSettings getSettings() {
        return settings;
    }

    /**
     * Its subscriptions, for a look at their state and counts.
     *
     * @return one for each channel; empty while it is stopped
     */
    public List<SignalSubscription> getSubscriptions() {
        synchronized (lifecycle) {
            return subscriptions;
        }
    }

    /**
     * Completes when every server has confirmed every subscription of this start.
     *
     * @return completed exceptionally if it is stopped before
     */
    public CompletableFuture<Void> ready() {
        return CompletableFuture.allOf(
                getSubscriptions().stream().map(SignalSubscription::ready).toArray(CompletableFuture[]::new));
    }

    @Override
    public boolean isAutoStartup() {
        return settings.autoStartup();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void start() {
        synchronized (lifecycle) {
            if (running) {
                return;
            }
            Signals signals = client.get().signals();
            List<SignalSubscription> begun = new ArrayList<>(channels.size());
            try {
                for (String channel : channels) {
                    begun.add(subscribe(signals, channel));
                }
            } catch (RuntimeException ex) {
                begun.forEach(SignalSubscription::close);
                throw ex;
            }
            subscriptions = List.copyOf(begun);
            running = true;
        }
    }

    private SignalSubscription subscribe(Signals signals, String channel) {
        SubscriptionInfo subscribed = new SubscriptionInfo(id, channel, group);
        SubscriptionOptions options = SubscriptionOptions.defaults()
                .withName(id)
                .withGroup(group)
                .withBuffer(settings.bufferSize(), settings.overflow())
                .withConcurrency(settings.concurrency())
                .withExecutor(settings.executor())
                .withListener(new ContainerEvents(this, subscribed, settings));
        SignalMessageListener called = settings.observations().isNoop()
                ? listener
                : new ObservedListener(id, listener, settings.observations());
        return signals.subscribe(channel, options, signal -> called.onSignal(signal, subscribed));
    }

    /** Stops, and waits until what had arrived was handled or the time to drain is over. */
    @Override
    public void stop() {
        try {
            begin().get(patienceSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | TimeoutException ex) {
            logger.warn("Listener '{}' could not be drained", id, ex);
        }
    }

    /** Calls back when what {@link #stop()} waits for has happened, and in any case when that gives up waiting. */
    @Override
    public void stop(Runnable callback) {
        begin().copy().orTimeout(patienceSeconds(), TimeUnit.SECONDS).whenComplete((done, failure) -> callback.run());
    }

    private long patienceSeconds() {
        return Math.min(settings.drainTimeout().toSeconds(), MAX_DRAIN_SECONDS) + SPARE_SECONDS;
    }

    private CompletableFuture<Void> begin() {
        synchronized (lifecycle) {
            if (running) {
                running = false;
                CompletableFuture<?>[] closing = subscriptions.stream()
                        .map(subscription -> subscription
                                .closeAsync(settings.drainTimeout())
                                .thenAccept(drained -> report(subscription, drained)))
                        .toArray(CompletableFuture[]::new);
                subscriptions = List.of();
                stopped = CompletableFuture.allOf(closing);
            }
            return stopped;
        }
    }

    private void report(SignalSubscription subscription, boolean drained) {
        if (!drained) {
            logger.warn(
                    "Listener '{}' on '{}' was stopped while signals waited or were handled; {} were dropped in its life",
                    id,
                    subscription.pattern(),
                    subscription.dropped());
        }
    }

    @Override
    public String toString() {
        return "SignalListenerContainer[" + id + " on " + channels + (group == null ? "" : " in group " + group) + "]";
    }
}
