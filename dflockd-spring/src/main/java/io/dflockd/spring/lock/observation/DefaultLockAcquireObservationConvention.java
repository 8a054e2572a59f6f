package io.dflockd.spring.lock.observation;

/** The default convention of {@link LockObservation#ACQUIRE}. */
public class DefaultLockAcquireObservationConvention extends AbstractLockObservationConvention {

    /** Creates the convention. */
    public DefaultLockAcquireObservationConvention() {}

    @Override
    public String getName() {
        return "dflockd.lock.acquire";
    }

    @Override
    public String getContextualName(LockObservationContext context) {
        return contextualName("acquire", context);
    }
}
