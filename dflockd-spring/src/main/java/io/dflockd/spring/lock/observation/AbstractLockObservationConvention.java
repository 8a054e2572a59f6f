package io.dflockd.spring.lock.observation;

import io.dflockd.client.ServerAddress;
import io.dflockd.spring.lock.observation.LockObservation.HighCardinalityKeyNames;
import io.dflockd.spring.lock.observation.LockObservation.LowCardinalityKeyNames;
import io.micrometer.common.KeyValues;
import java.util.Locale;

/** The key values that both default conventions share. */
abstract class AbstractLockObservationConvention implements LockObservationConvention {

    private static final String UNNAMED = "unnamed";

    private static final String NO_SERVER = "none";

    @Override
    public KeyValues getLowCardinalityKeyValues(LockObservationContext context) {
        String name = context.getLockName();
        ServerAddress server = context.getServer();
        return KeyValues.of(
                LowCardinalityKeyNames.KIND.withValue(context.getKind().name().toLowerCase(Locale.ROOT)),
                LowCardinalityKeyNames.NAME.withValue(name == null ? UNNAMED : name),
                LowCardinalityKeyNames.OUTCOME.withValue(context.getOutcome()),
                LowCardinalityKeyNames.SERVER.withValue(server == null ? NO_SERVER : server.toString()));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(LockObservationContext context) {
        return KeyValues.of(HighCardinalityKeyNames.KEY.withValue(context.getKey()));
    }

    static String contextualName(String verb, LockObservationContext context) {
        String name = context.getLockName();
        return verb + " " + (name == null ? UNNAMED : name);
    }
}
