package io.dflockd.spring.signal.listener;

import io.dflockd.client.OverflowPolicy;
import io.dflockd.client.SubscriptionOptions;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.Assert;

/**
 * How a container listens. Immutable.
 *
 * @param bufferSize how many signals of a subscription may wait to be handled
 * @param overflow what happens beyond that
 * @param concurrency how many signals of a subscription are handled at a time; above 1 there is no order
 * @param autoStartup whether it is started with the context
 * @param drainTimeout how long a stop lets what has arrived be handled
 * @param executor where listeners run; null for the client's threads for signals
 * @param errorHandler gets what listeners throw
 * @param events where events are published; null for nowhere
 * @param observations where listeners are observed
 */
public record ContainerSettings(
        int bufferSize,
        OverflowPolicy overflow,
        int concurrency,
        boolean autoStartup,
        Duration drainTimeout,
        @Nullable Executor executor,
        SignalListenerErrorHandler errorHandler,
        @Nullable ApplicationEventPublisher events,
        ObservationRegistry observations) {

    /** Checks the values. */
    public ContainerSettings {
        Assert.isTrue(bufferSize >= 1, () -> "bufferSize " + bufferSize + " is below 1");
        Assert.isTrue(concurrency >= 1, () -> "concurrency " + concurrency + " is below 1");
        Assert.isTrue(!drainTimeout.isNegative(), () -> "drainTimeout " + drainTimeout + " is negative");
    }

    /**
     * The client's defaults, one at a time, started with the context, 10 s to drain, failures logged.
     *
     * @return the defaults
     */
    public static ContainerSettings defaults() {
        return new ContainerSettings(
                SubscriptionOptions.DEFAULT_BUFFER_SIZE,
                OverflowPolicy.DROP_OLDEST,
                1,
                true,
                Duration.ofSeconds(10),
                null,
                new LoggingErrorHandler(),
                null,
                ObservationRegistry.NOOP);
    }

    /**
     * With a buffer.
     *
     * @param bufferSize how many signals it takes
     * @param overflow what happens beyond that
     * @return a copy
     */
    public ContainerSettings withBuffer(int bufferSize, OverflowPolicy overflow) {
        return new ContainerSettings(
                bufferSize,
                overflow,
                concurrency,
                autoStartup,
                drainTimeout,
                executor,
                errorHandler,
                events,
                observations);
    }

    /**
     * With another concurrency.
     *
     * @param concurrency how many at a time
     * @return a copy
     */
    public ContainerSettings withConcurrency(int concurrency) {
        return new ContainerSettings(
                bufferSize,
                overflow,
                concurrency,
                autoStartup,
                drainTimeout,
                executor,
                errorHandler,
                events,
                observations);
    }

    /**
     * With or without a start by the context.
     *
     * @param autoStartup false to start it by hand
     * @return a copy
     */
    public ContainerSettings withAutoStartup(boolean autoStartup) {
        return new ContainerSettings(
                bufferSize,
                overflow,
                concurrency,
                autoStartup,
                drainTimeout,
                executor,
                errorHandler,
                events,
                observations);
    }

    /**
     * With another time to drain.
     *
     * @param drainTimeout zero to drop what was not handled yet
     * @return a copy
     */
    public ContainerSettings withDrainTimeout(Duration drainTimeout) {
        return new ContainerSettings(
                bufferSize,
                overflow,
                concurrency,
                autoStartup,
                drainTimeout,
                executor,
                errorHandler,
                events,
                observations);
    }

    /**
     * With an executor.
     *
     * @param executor must not run what it is given on the calling thread; null for the client's threads for signals
     * @return a copy
     */
    public ContainerSettings withExecutor(@Nullable Executor executor) {
        return new ContainerSettings(
                bufferSize,
                overflow,
                concurrency,
                autoStartup,
                drainTimeout,
                executor,
                errorHandler,
                events,
                observations);
    }

    /**
     * With an error handler.
     *
     * @param errorHandler gets what listeners throw
     * @return a copy
     */
    public ContainerSettings withErrorHandler(SignalListenerErrorHandler errorHandler) {
        return new ContainerSettings(
                bufferSize,
                overflow,
                concurrency,
                autoStartup,
                drainTimeout,
                executor,
                errorHandler,
                events,
                observations);
    }

    /**
     * With somebody who publishes events.
     *
     * @param events the publisher, or null
     * @return a copy
     */
    public ContainerSettings withEvents(@Nullable ApplicationEventPublisher events) {
        return new ContainerSettings(
                bufferSize,
                overflow,
                concurrency,
                autoStartup,
                drainTimeout,
                executor,
                errorHandler,
                events,
                observations);
    }

    /**
     * With observations of the listeners' calls.
     *
     * @param observations the registry
     * @return a copy
     */
    public ContainerSettings withObservations(ObservationRegistry observations) {
        return new ContainerSettings(
                bufferSize,
                overflow,
                concurrency,
                autoStartup,
                drainTimeout,
                executor,
                errorHandler,
                events,
                observations);
    }
}
