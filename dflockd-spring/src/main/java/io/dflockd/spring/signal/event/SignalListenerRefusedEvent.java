package io.dflockd.spring.signal.event;

import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.SubscriptionInfo;

/**
 * A subscription does not listen at a server, which refused it or cannot be reached. The client tries again. The same cause is
 * published once until the server has confirmed the subscription.
 */
public class SignalListenerRefusedEvent extends SignalListenerEvent {

    private static final long serialVersionUID = 1L;

    private final transient ServerAddress server;

    private final DflockdException cause;

    /**
     * Creates the event.
     *
     * @param source the container
     * @param subscription the subscription
     * @param server the server
     * @param cause the reason
     */
    public SignalListenerRefusedEvent(
            Object source, SubscriptionInfo subscription, ServerAddress server, DflockdException cause) {
        super(source, subscription);
        this.server = server;
        this.cause = cause;
    }

    /**
     * The server.
     *
     * @return the server
     */
    public ServerAddress getServer() {
        return server;
    }

    /**
     * The reason.
     *
     * @return a {@link io.dflockd.client.SignalsUnsupportedException} if the server has no signals
     */
    public DflockdException getCause() {
        return cause;
    }
}
