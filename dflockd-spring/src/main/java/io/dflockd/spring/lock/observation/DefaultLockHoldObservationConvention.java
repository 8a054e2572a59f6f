package io.dflockd.spring.lock.observation;

/** The default convention of {@link LockObservation#HOLD}. */
public class DefaultLockHoldObservationConvention extends AbstractLockObservationConvention {

    /** Creates the convention. */
    public DefaultLockHoldObservationConvention() {}

    @Override
    public String getName() {
        return "dflockd.lock.hold";
    }

    @Override
    public String getContextualName(LockObservationContext context) {
        return contextualName("hold", context);
    }
}
