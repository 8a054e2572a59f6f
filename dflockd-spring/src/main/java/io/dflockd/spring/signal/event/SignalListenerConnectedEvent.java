package io.dflockd.spring.signal.event;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.SubscriptionInfo;

/** A server has confirmed a subscription. */
public class SignalListenerConnectedEvent extends SignalListenerEvent {

    private static final long serialVersionUID = 1L;

    private final transient ServerAddress server;

    private final boolean again;

    /**
     * Creates the event.
     *
     * @param source the container
     * @param subscription the subscription
     * @param server which server
     * @param again whether this server had confirmed it before
     */
    public SignalListenerConnectedEvent(
            Object source, SubscriptionInfo subscription, ServerAddress server, boolean again) {
        super(source, subscription);
        this.server = server;
        this.again = again;
    }

    /**
     * Which server.
     *
     * @return the server
     */
    public ServerAddress getServer() {
        return server;
    }

    /**
     * Whether it had been confirmed before; a {@link SignalGapEvent} follows then.
     *
     * @return false the first time
     */
    public boolean isAgain() {
        return again;
    }
}
