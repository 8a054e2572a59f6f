package io.dflockd.spring.signal.listener;

import io.dflockd.spring.signal.listener.SignalMessageListener.Subscribed;

/** Signals were dropped because a listener is slower than they come and its buffer was full. */
public class SignalsDroppedEvent extends SignalListenerEvent {

    private static final long serialVersionUID = 1L;

    private final long count;

    SignalsDroppedEvent(SignalListenerContainer source, Subscribed subscription, long count) {
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
