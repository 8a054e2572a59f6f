package io.dflockd.spring.signal.event;

import io.dflockd.client.SubscriptionInfo;
import org.springframework.context.ApplicationEvent;

/**
 * Something happened to the subscription of a listener container. Published on the thread that would handle signals, in
 * order with them.
 */
public abstract class SignalListenerEvent extends ApplicationEvent {

    private static final long serialVersionUID = 1L;

    private final transient SubscriptionInfo subscription;

    SignalListenerEvent(Object source, SubscriptionInfo subscription) {
        super(source);
        this.subscription = subscription;
    }

    /**
     * The subscription.
     *
     * @return the container's id as its name, the pattern and the group
     */
    public SubscriptionInfo getSubscription() {
        return subscription;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + subscription + "]";
    }
}
