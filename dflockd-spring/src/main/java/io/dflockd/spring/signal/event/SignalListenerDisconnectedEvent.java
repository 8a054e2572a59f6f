package io.dflockd.spring.signal.event;

import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.SubscriptionInfo;
import org.jspecify.annotations.Nullable;

/** The connection of a subscription has ended. The client connects again. */
public class SignalListenerDisconnectedEvent extends SignalListenerEvent {

    private static final long serialVersionUID = 1L;

    private final transient ServerAddress server;

    private final @Nullable DflockdException cause;

    /**
     * Creates the event.
     *
     * @param source the container
     * @param subscription the subscription
     * @param server which server
     * @param cause why; null where the client ended the connection
     */
    public SignalListenerDisconnectedEvent(
            Object source, SubscriptionInfo subscription, ServerAddress server, @Nullable DflockdException cause) {
        super(source, subscription);
        this.server = server;
        this.cause = cause;
    }

    /**
     * To which server.
     *
     * @return the server
     */
    public ServerAddress getServer() {
        return server;
    }

    /**
     * Why.
     *
     * @return null where the client ended it
     */
    public @Nullable DflockdException getCause() {
        return cause;
    }
}
