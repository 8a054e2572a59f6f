package io.dflockd.spring.signal.observation;

import io.dflockd.spring.signal.observation.SignalObservation.HighCardinalityKeyNames;
import io.dflockd.spring.signal.observation.SignalObservation.LowCardinalityKeyNames;
import io.micrometer.common.KeyValues;

/** The default convention of {@link SignalObservation#LISTENER}. */
public class DefaultSignalListenerObservationConvention implements SignalObservationConvention {

    /** Creates the convention. */
    public DefaultSignalListenerObservationConvention() {}

    @Override
    public String getName() {
        return "dflockd.signal.listener";
    }

    @Override
    public String getContextualName(SignalObservationContext context) {
        return "handle " + context.getListenerId();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(SignalObservationContext context) {
        return KeyValues.of(LowCardinalityKeyNames.NAME.withValue(context.getListenerId()));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(SignalObservationContext context) {
        return KeyValues.of(HighCardinalityKeyNames.CHANNEL.withValue(context.getChannel()));
    }
}
