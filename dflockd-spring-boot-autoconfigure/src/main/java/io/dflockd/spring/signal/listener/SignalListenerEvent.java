package io.dflockd.spring.signal.listener;

import io.dflockd.spring.signal.listener.SignalMessageListener.Subscribed;
import org.springframework.context.ApplicationEvent;

/**
 * Something happened to the subscription of a listener container. Published on the thread that would handle signals, in
 * order with them.
 */
public abstract class SignalListenerEvent extends ApplicationEvent {

    private static final long serialVersionUID = 1L;

    private final transient Subscribed subscription;

    SignalListenerEvent(SignalListenerContainer source, Subscribed subscription) {
        super(source);
        this.subscription = subscription;
    }

    /**
     * Whose subscription.
     *
     * @return id, pattern and group
     */
    public Subscribed getSubscription() {
        return subscription;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + subscription + "]";
    }
}
