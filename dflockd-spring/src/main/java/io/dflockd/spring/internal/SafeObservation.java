package io.dflockd.spring.internal;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An observation whose handlers cannot harm what it observes: what they throw is logged. Not thread-safe; its scope is
 * opened and closed on one thread.
 */
public final class SafeObservation {

    private static final SafeObservation NONE = new SafeObservation(null, ObservationRegistry.NOOP);

    private static final Logger log = LoggerFactory.getLogger(SafeObservation.class);

    private final @Nullable Observation observation;

    private final ObservationRegistry registry;

    private Observation.@Nullable Scope outer;

    private Observation.@Nullable Scope scope;

    /** Whether the thread's current observation may be another one than before. */
    private boolean entered;

    private SafeObservation(@Nullable Observation observation, ObservationRegistry registry) {
        this.observation = observation;
        this.registry = registry;
    }

    /** One that observes nothing. */
    public static SafeObservation none() {
        return NONE;
    }

    /**
     * Starts an observation.
     *
     * @param registry where scopes are kept
     * @param observation makes it; not called if the registry observes nothing
     * @return one that observes nothing if it could not be made
     */
    public static SafeObservation start(ObservationRegistry registry, Supplier<Observation> observation) {
        if (registry.isNoop()) {
            return NONE;
        }
        try {
            SafeObservation created = new SafeObservation(observation.get(), registry);
            // If a handler fails here, the stop ends what others have begun.
            created.guarded(Observation::start);
            return created;
        } catch (Throwable ex) {
            warn(ex);
            return NONE;
        }
    }

    /** The observation itself, null where nothing is observed. */
    public @Nullable Observation observation() {
        return observation;
    }

    /** Makes this the thread's current observation until {@link #closeScope()}, on the same thread. */
    public void openScope() {
        if (observation != null) {
            outer = registry.getCurrentObservationScope();
            entered = true;
            guarded(running -> scope = running.openScope());
            if (scope == null) {
                registry.setCurrentObservationScope(outer);
            }
        }
    }

    /** Makes the observation before {@link #openScope()} the current one again. */
    public void closeScope() {
        if (!entered) {
            return;
        }
        Observation.Scope open = scope;
        try {
            if (open != null) {
                guarded(running -> open.close());
            }
        } finally {
            registry.setCurrentObservationScope(outer);
        }
    }

    /**
     * Stops it.
     *
     * @param error what it ended with, null for nothing
     */
    public void stop(@Nullable Throwable error) {
        if (error != null) {
            guarded(running -> running.error(error));
        }
        guarded(Observation::stop);
    }

    private void guarded(Consumer<Observation> step) {
        if (observation == null) {
            return;
        }
        try {
            step.accept(observation);
        } catch (Throwable ex) {
            warn(ex);
        }
    }

    private static void warn(Throwable ex) {
        log.warn("a handler of observations failed; what it observes goes on", ex);
    }
}
