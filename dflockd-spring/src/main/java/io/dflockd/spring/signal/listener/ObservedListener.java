package io.dflockd.spring.signal.listener;

import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionInfo;
import io.dflockd.spring.internal.SafeObservation;
import io.dflockd.spring.signal.observation.DefaultSignalListenerObservationConvention;
import io.dflockd.spring.signal.observation.SignalObservation;
import io.dflockd.spring.signal.observation.SignalObservationContext;
import io.dflockd.spring.signal.observation.SignalObservationConvention;
import io.micrometer.observation.ObservationRegistry;

/** Observes a listener. Handlers of observations that fail do not keep a signal from it. */
final class ObservedListener implements SignalMessageListener {

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
        SafeObservation observation = SafeObservation.start(
                registry,
                () -> SignalObservation.LISTENER.observation(
                        null, CONVENTION, () -> new SignalObservationContext(id, signal.channel()), registry));
        Throwable failure = null;
        observation.openScope();
        try {
            listener.onSignal(signal, subscription);
        } catch (Throwable ex) {
            failure = ex;
            throw ex;
        } finally {
            observation.closeScope();
            observation.stop(failure);
        }
    }
}
