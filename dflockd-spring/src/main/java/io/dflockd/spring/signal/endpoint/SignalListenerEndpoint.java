package io.dflockd.spring.signal.endpoint;

import io.dflockd.spring.signal.listener.SignalListenerErrorHandler;
import io.dflockd.spring.signal.listener.SignalMessageListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listener and its channels. For properties that are null, the container factory decides. */
public interface SignalListenerEndpoint {

    /**
     * The name of the container, unique in a registry.
     *
     * @return the id
     */
    String getId();

    /**
     * What to listen to.
     *
     * @return channels or patterns, at least one
     */
    List<String> getChannels();

    /**
     * The queue group.
     *
     * @return null for plain subscriptions
     */
    @Nullable
    String getGroup();

    /**
     * The bean name of the client.
     *
     * @return null for the only or primary one
     */
    @Nullable
    String getClient();

    /**
     * How many signals are handled at a time.
     *
     * @return null for the factory's
     */
    @Nullable
    Integer getConcurrency();

    /**
     * Whether it is started with the context.
     *
     * @return null for the factory's
     */
    @Nullable
    Boolean getAutoStartup();

    /**
     * Who gets what the listener throws.
     *
     * @return null for the factory's
     */
    @Nullable
    SignalListenerErrorHandler getErrorHandler();

    /**
     * Makes what is called. Called once, when all singletons are there.
     *
     * @return the listener
     */
    SignalMessageListener createListener();
}
