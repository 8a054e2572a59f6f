package io.dflockd.spring.signal.event;

import io.dflockd.client.SubscriptionInfo;

/** Signals were dropped because a listener is too slow and its buffer was full. */
public class SignalsDroppedEvent extends SignalListenerEvent {

    private static final long serialVersionUID = 1L;

    private final long count;

    /**
     * Creates the event.
     *
     * @param source the container
     * @param subscription the subscription
     * @param count how many since the last such event
     */
    public SignalsDroppedEvent(Object source, SubscriptionInfo subscription, long count) {
        super(source, subscription);
        this.count = count;
    }

    /**
     * How many since the last such event.
     *
     * @return at least 1
     */
    public long getCount() {
        return count;
    }
}
