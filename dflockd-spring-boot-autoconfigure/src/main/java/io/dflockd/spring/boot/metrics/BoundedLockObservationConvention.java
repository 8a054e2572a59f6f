package io.dflockd.spring.boot.metrics;

import io.dflockd.spring.lock.observation.LockObservation.LowCardinalityKeyNames;
import io.dflockd.spring.lock.observation.LockObservationContext;
import io.dflockd.spring.lock.observation.LockObservationConvention;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

/**
 * A convention whose lock names are bounded, as those of the counters are, because the timers of observations have them as a tag.
 * Thread-safe.
 */
public final class BoundedLockObservationConvention implements LockObservationConvention {

    private final LockObservationConvention convention;

    private final BoundedNames names;

    /**
     * Creates the convention.
     *
     * @param convention gives everything but the names
     * @param maxNames how many lock names may become tag values
     */
    public BoundedLockObservationConvention(LockObservationConvention convention, int maxNames) {
        this.convention = convention;
        this.names = new BoundedNames(maxNames);
    }

    @Override
    public @Nullable String getName() {
        return convention.getName();
    }

    @Override
    public @Nullable String getContextualName(LockObservationContext context) {
        return convention.getContextualName(context);
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(LockObservationContext context) {
        return convention
                .getLowCardinalityKeyValues(context)
                .and(LowCardinalityKeyNames.NAME.withValue(names.valueOf(context.getLockName())));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(LockObservationContext context) {
        return convention.getHighCardinalityKeyValues(context);
    }
}
