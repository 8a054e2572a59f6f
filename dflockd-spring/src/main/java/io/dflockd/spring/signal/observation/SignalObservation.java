package io.dflockd.spring.signal.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** The observations of signals. */
public enum SignalObservation implements ObservationDocumentation {

    /** Handling a signal that arrived, from its listener's call to its return. */
    LISTENER {
        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return DefaultSignalListenerObservationConvention.class;
        }
    };

    @Override
    public KeyName[] getLowCardinalityKeyNames() {
        return LowCardinalityKeyNames.values();
    }

    @Override
    public KeyName[] getHighCardinalityKeyNames() {
        return HighCardinalityKeyNames.values();
    }

    /** Key names with few values: tags of meters. */
    public enum LowCardinalityKeyNames implements KeyName {

        /** The listener's id. */
        NAME {
            @Override
            public String asString() {
                return "dflockd.name";
            }
        }
    }

    /** Key names with many values: for traces only. */
    public enum HighCardinalityKeyNames implements KeyName {

        /** The channel that the signal was emitted on. */
        CHANNEL {
            @Override
            public String asString() {
                return "dflockd.channel";
            }
        }
    }
}
