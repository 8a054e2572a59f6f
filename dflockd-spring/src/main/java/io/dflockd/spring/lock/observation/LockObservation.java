package io.dflockd.spring.lock.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** The observations of locks and semaphores. */
public enum LockObservation implements ObservationDocumentation {

    /** Acquiring a lock or semaphore slot, from the call to the grant or the failure. */
    ACQUIRE {
        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return DefaultLockAcquireObservationConvention.class;
        }
    },

    /** Holding a lock or semaphore slot in a guarded call, from the grant to the release. */
    HOLD {
        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return DefaultLockHoldObservationConvention.class;
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

        /** {@code lock} or {@code semaphore}. */
        KIND {
            @Override
            public String asString() {
                return "dflockd.kind";
            }
        },

        /** The logical name, {@code unnamed} where none was given. */
        NAME {
            @Override
            public String asString() {
                return "dflockd.name";
            }
        },

        /**
         * How it ended: {@code acquired}, {@code busy}, {@code interrupted}, {@code cancelled}, {@code error};
         * {@code released}, {@code unconfirmed}, {@code lost}; {@code abandoned}.
         */
        OUTCOME {
            @Override
            public String asString() {
                return "dflockd.outcome";
            }
        },

        /** The server that granted, {@code none} where nothing was granted. */
        SERVER {
            @Override
            public String asString() {
                return "dflockd.server";
            }
        }
    }

    /** Key names with many values: for traces only. */
    public enum HighCardinalityKeyNames implements KeyName {

        /** The key on the server. */
        KEY {
            @Override
            public String asString() {
                return "dflockd.key";
            }
        }
    }
}
