package io.dflockd.spring.signal.event;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.SubscriptionInfo;
import io.dflockd.client.SubscriptionListener.GapReason;

/**
 * Signals may have been missed; their number is not known. The subscription works again, so this is the time to read again
 * what the signals are about.
 */
public class SignalGapEvent extends SignalListenerEvent {

    private static final long serialVersionUID = 1L;

    private final transient ServerAddress server;

    private final GapReason reason;

    /**
     * Creates the event.
     *
     * @param source the container
     * @param subscription the subscription
     * @param server which server
     * @param reason why
     */
    public SignalGapEvent(Object source, SubscriptionInfo subscription, ServerAddress server, GapReason reason) {
        super(source, subscription);
        this.server = server;
        this.reason = reason;
    }

    /**
     * Signals of which server.
     *
     * @return the server
     */
    public ServerAddress getServer() {
        return server;
    }

    /**
     * Why.
     *
     * @return the reason
     */
    public GapReason getReason() {
        return reason;
    }
}
