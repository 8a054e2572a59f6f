package io.dflockd.spring.signal.listener;

import io.dflockd.client.OverflowPolicy;
import io.dflockd.client.SubscriptionOptions;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.Assert;

/**
 * How a container listens. Immutable; start from {@link #defaults()}.
 *
 * @param bufferSize how many signals of a subscription may wait to be handled
 * @param bufferBytes how much memory they may use, in bytes; see {@link SubscriptionOptions#bufferBytes}
 * @param overflow what happens to a signal that finds the buffer full
 * @param concurrency how many signals of a subscription are handled at a time; above 1 there is no order
 * @param autoStartup whether the container starts with the context
 * @param drainTimeout how long a stop waits for signals that have arrived
 * @param executor where listeners run; null for the client's threads for signals
 * @param errorHandler gets the exceptions of listeners
 * @param events publishes events; null to publish none
 * @param observations where calls of listeners are observed
 */
public record ContainerSettings(
        int bufferSize,
        long bufferBytes,
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
        Assert.isTrue(bufferBytes >= 1, () -> "bufferBytes " + bufferBytes + " is below 1");
        Assert.isTrue(concurrency >= 1, () -> "concurrency " + concurrency + " is below 1");
        Assert.isTrue(!drainTimeout.isNegative(), () -> "drainTimeout " + drainTimeout + " is negative");
    }

    private ContainerSettings(Values values) {
        this(
                values.bufferSize,
                values.bufferBytes,
                values.overflow,
                values.concurrency,
                values.autoStartup,
                values.drainTimeout,
                values.executor,
                values.errorHandler,
                values.events,
                values.observations);
    }

    /**
     * The client's buffer, one signal at a time, started with the context, 10 s to drain, failures logged, no events.
     *
     * @return the defaults
     */
    public static ContainerSettings defaults() {
        return new ContainerSettings(new Values());
    }

    /**
     * Sets the number of signals that may wait.
     *
     * @param bufferSize how many signals may wait
     * @param overflow what happens to a signal that finds the buffer full
     * @return a copy
     */
    public ContainerSettings withBuffer(int bufferSize, OverflowPolicy overflow) {
        return with(values -> {
            values.bufferSize = bufferSize;
            values.overflow = overflow;
        });
    }

    /**
     * Sets the memory that waiting signals may use.
     *
     * @param bufferBytes the memory in bytes
     * @return a copy
     */
    public ContainerSettings withBufferBytes(long bufferBytes) {
        return with(values -> values.bufferBytes = bufferBytes);
    }

    /**
     * Sets how many signals of a subscription are handled at a time.
     *
     * @param concurrency at least 1; above 1 there is no order
     * @return a copy
     */
    public ContainerSettings withConcurrency(int concurrency) {
        return with(values -> values.concurrency = concurrency);
    }

    /**
     * Sets whether the container starts with the context.
     *
     * @param autoStartup false to start it by a call
     * @return a copy
     */
    public ContainerSettings withAutoStartup(boolean autoStartup) {
        return with(values -> values.autoStartup = autoStartup);
    }

    /**
     * Sets how long a stop waits for signals that have arrived.
     *
     * @param drainTimeout zero to drop them
     * @return a copy
     */
    public ContainerSettings withDrainTimeout(Duration drainTimeout) {
        return with(values -> values.drainTimeout = drainTimeout);
    }

    /**
     * Sets the executor of the listener.
     *
     * @param executor null for the client's threads for signals
     * @return a copy
     */
    public ContainerSettings withExecutor(@Nullable Executor executor) {
        return with(values -> values.executor = executor);
    }

    /**
     * Sets the error handler.
     *
     * @param errorHandler gets the exceptions of listeners
     * @return a copy
     */
    public ContainerSettings withErrorHandler(SignalListenerErrorHandler errorHandler) {
        return with(values -> values.errorHandler = errorHandler);
    }

    /**
     * Sets the publisher of events.
     *
     * @param events the publisher, or null to publish none
     * @return a copy
     */
    public ContainerSettings withEvents(@Nullable ApplicationEventPublisher events) {
        return with(values -> values.events = events);
    }

    /**
     * Sets where calls of listeners are observed.
     *
     * @param observations the registry
     * @return a copy
     */
    public ContainerSettings withObservations(ObservationRegistry observations) {
        return with(values -> values.observations = observations);
    }

    private ContainerSettings with(Consumer<Values> change) {
        Values values = new Values(this);
        change.accept(values);
        return new ContainerSettings(values);
    }

    /** The same values, to be changed. */
    private static final class Values {

        private int bufferSize = SubscriptionOptions.DEFAULT_BUFFER_SIZE;

        private long bufferBytes = SubscriptionOptions.DEFAULT_BUFFER_BYTES;

        private OverflowPolicy overflow = OverflowPolicy.DROP_OLDEST;

        private int concurrency = 1;

        private boolean autoStartup = true;

        private Duration drainTimeout = Duration.ofSeconds(10);

        private @Nullable Executor executor;

        private SignalListenerErrorHandler errorHandler = new LoggingErrorHandler();

        private @Nullable ApplicationEventPublisher events;

        private ObservationRegistry observations = ObservationRegistry.NOOP;

        Values() {}

        Values(ContainerSettings from) {
            bufferSize = from.bufferSize;
            bufferBytes = from.bufferBytes;
            overflow = from.overflow;
            concurrency = from.concurrency;
            autoStartup = from.autoStartup;
            drainTimeout = from.drainTimeout;
            executor = from.executor;
            errorHandler = from.errorHandler;
            events = from.events;
            observations = from.observations;
        }
    }
}
