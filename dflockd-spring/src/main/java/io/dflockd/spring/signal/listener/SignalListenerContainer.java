package io.dflockd.spring.signal.listener;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.SignalSubscription;
import io.dflockd.client.Signals;
import io.dflockd.client.SubscriptionOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Subscribes a listener to channels while it runs. A running container keeps the JVM alive until it is stopped. A start does
 * not wait for servers: if one is down, the container listens as soon as it is up. A stop ends the subscriptions first and
 * then waits, in bounded time, until the signals that have arrived are handled; after it the listener is not called again.
 * Can be started again; a start while a stop is under way listens when that has ended.
 *
 * <p>A stop from within the listener, an event listener or the error handler, also by closing the context, does not wait for
 * itself: signals that wait are dropped.
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

    /** The last one; still running if the container is. */
    private @Nullable ContainerRun run;

    private CompletableFuture<Void> drained = CompletableFuture.completedFuture(null);

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
     * @throws InvalidArgumentException if a pattern or the group breaks a rule
     */
    public SignalListenerContainer(
            String id,
            List<String> channels,
            @Nullable String group,
            Supplier<DflockdClient> client,
            ContainerSettings settings,
            SignalMessageListener listener) {
        this.id = id;
        this.channels = channels.stream().distinct().toList();
        this.group = group;
        this.client = client;
        this.settings = settings;
        this.listener = listener;
        if (channels.isEmpty()) {
            throw new IllegalArgumentException("listener '" + id + "' has no channel");
        }
        try {
            this.channels.forEach(Signals::checkPattern);
            SubscriptionOptions.defaults().withGroup(group);
        } catch (InvalidArgumentException ex) {
            throw new InvalidArgumentException("listener '" + id + "': " + ex.getMessage(), ex);
        }
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
     * Its subscriptions, with their state and counts.
     *
     * @return one for each channel; empty while it does not listen
     */
    public List<SignalSubscription> getSubscriptions() {
        synchronized (lifecycle) {
            return running && run != null ? run.subscriptions() : List.of();
        }
    }

    /**
     * Completes when every server has confirmed every subscription of this start.
     *
     * @return completed exceptionally if it is stopped before
     */
    public CompletableFuture<Void> ready() {
        synchronized (lifecycle) {
            return running && run != null ? run.ready() : CompletableFuture.completedFuture(null);
        }
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
            CompletableFuture<Void> previous = run == null ? CompletableFuture.completedFuture(null) : run.ended();
            ContainerRun next = new ContainerRun(this, observedListener());
            next.start(previous);
            run = next;
            running = true;
        }
    }

    private SignalMessageListener observedListener() {
        return settings.observations().isNoop()
                ? listener
                : new ObservedListener(id, listener, settings.observations());
    }

    Signals signals() {
        return client.get().signals();
    }

    /** Stops, and waits until the signals that have arrived are handled or the time to drain is over. */
    @Override
    public void stop() {
        CompletableFuture<Void> stopping = beginStop();
        if (isCalledByThisThread()) {
            return;
        }
        try {
            stopping.get(patienceSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException ex) {
            logger.warn("Listener '{}' could not be drained", id, ex);
        }
    }

    /** Stops without waiting, and calls back when {@link #stop()} would return. */
    @Override
    public void stop(Runnable callback) {
        CompletableFuture<Void> stopping = beginStop();
        if (isCalledByThisThread()) {
            callback.run();
        } else {
            stopping.whenComplete((done, failure) -> callback.run());
        }
    }

    private boolean isCalledByThisThread() {
        synchronized (lifecycle) {
            return run != null && run.isCalledByThisThread();
        }
    }

    private long patienceSeconds() {
        return Math.min(settings.drainTimeout().toSeconds(), MAX_DRAIN_SECONDS) + SPARE_SECONDS;
    }

    private CompletableFuture<Void> beginStop() {
        synchronized (lifecycle) {
            if (running && run != null) {
                running = false;
                drained = run.stop();
            }
            return drained;
        }
    }

    @Override
    public String toString() {
        return "SignalListenerContainer[" + id + " on " + channels + (group == null ? "" : " in group " + group) + "]";
    }
}
