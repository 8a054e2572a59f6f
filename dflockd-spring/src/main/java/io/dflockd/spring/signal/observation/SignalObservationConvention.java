package io.dflockd.spring.signal.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and key values of the observations of {@link SignalObservation}; register one of your own with the
 * {@code ObservationRegistry} to choose others.
 */
public interface SignalObservationConvention extends ObservationConvention<SignalObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof SignalObservationContext;
    }
}
