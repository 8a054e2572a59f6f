package io.dflockd.spring.signal.listener;

import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionInfo;
import io.dflockd.spring.signal.observation.DefaultSignalListenerObservationConvention;
import io.dflockd.spring.signal.observation.SignalObservation;
import io.dflockd.spring.signal.observation.SignalObservationContext;
import io.dflockd.spring.signal.observation.SignalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Observes a listener. Handlers of observations that fail do not keep a signal from it. */
final class ObservedListener implements SignalMessageListener {

    private static final Logger logger = LoggerFactory.getLogger(ObservedListener.class);

    private static final SignalObservationConvention CONVENTION = new DefaultSignalListenerObservationConvention();

    private final String id;

    private final SignalMessageListener listener;

    private final ObservationRegistry registry;

    ObservedListener(String id, SignalMessageListener listener, ObservationRegistry registry) {
        this.id = id;
        this.listener = listener;
        this.registry = registry;
    }

    @Override
    public void onSignal(Signal signal, SubscriptionInfo subscription) throws Exception {
        Observation observation = start(signal);
        Observation.Scope outer = registry.getCurrentObservationScope();
        Observation.Scope scope = open(observation, outer);
        try {
            listener.onSignal(signal, subscription);
        } catch (Throwable ex) {
            guarded(() -> observation.error(ex));
            throw ex;
        } finally {
            if (scope != null) {
                guarded(scope::close);
                registry.setCurrentObservationScope(outer);
            }
            guarded(observation::stop);
        }
    }

    private Observation start(Signal signal) {
        try {
            return SignalObservation.LISTENER
                    .observation(null, CONVENTION, () -> new SignalObservationContext(id, signal.channel()), registry)
                    .start();
        } catch (Throwable ex) {
            warn(ex);
            return Observation.NOOP;
        }
    }

    private Observation.@Nullable Scope open(Observation observation, Observation.@Nullable Scope outer) {
        try {
            return observation.openScope();
        } catch (Throwable ex) {
            warn(ex);
            registry.setCurrentObservationScope(outer);
            return null;
        }
    }

    private static void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable ex) {
            warn(ex);
        }
    }

    private static void warn(Throwable ex) {
        logger.warn("Observing a signal listener failed; the listener goes on", ex);
    }
}
