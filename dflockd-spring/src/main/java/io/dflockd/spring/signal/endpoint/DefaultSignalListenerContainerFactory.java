package io.dflockd.spring.signal.endpoint;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.signal.listener.ContainerSettings;
import io.dflockd.spring.signal.listener.SignalListenerContainer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Creates containers with common settings, which an endpoint may override, on clients that are beans. A client is looked up
 * when its container is started.
 */
public class DefaultSignalListenerContainerFactory implements SignalListenerContainerFactory {

    private final BeanFactory beanFactory;

    private final ContainerSettings settings;

    /**
     * Creates a factory.
     *
     * @param beanFactory has the clients
     * @param settings for endpoints that say nothing else
     */
    public DefaultSignalListenerContainerFactory(BeanFactory beanFactory, ContainerSettings settings) {
        this.beanFactory = beanFactory;
        this.settings = settings;
    }

    /**
     * The common settings.
     *
     * @return the settings
     */
    public ContainerSettings getSettings() {
        return settings;
    }

    /** The same for a child context, whose clients and event listeners this one does not know. */
    SignalListenerContainerFactory inContext(BeanFactory child, @Nullable ApplicationEventPublisher publisher) {
        return new DefaultSignalListenerContainerFactory(
                child, settings.events() == null ? settings : settings.withEvents(publisher));
    }

    @Override
    public SignalListenerContainer createListenerContainer(SignalListenerEndpoint endpoint) {
        return new SignalListenerContainer(
                endpoint.getId(),
                endpoint.getChannels(),
                endpoint.getGroup(),
                client(endpoint),
                settings(endpoint),
                endpoint.createListener());
    }

    private ContainerSettings settings(SignalListenerEndpoint endpoint) {
        ContainerSettings own = settings;
        if (endpoint.getConcurrency() != null) {
            own = own.withConcurrency(endpoint.getConcurrency());
        }
        if (endpoint.getAutoStartup() != null) {
            own = own.withAutoStartup(endpoint.getAutoStartup());
        }
        if (endpoint.getErrorHandler() != null) {
            own = own.withErrorHandler(endpoint.getErrorHandler());
        }
        return own;
    }

    private Supplier<DflockdClient> client(SignalListenerEndpoint endpoint) {
        String name = endpoint.getClient();
        if (name == null) {
            return () -> beanFactory.getBean(DflockdClient.class);
        }
        requireClient(endpoint, name);
        return () -> beanFactory.getBean(name, DflockdClient.class);
    }

    private void requireClient(SignalListenerEndpoint endpoint, @Nullable String name) {
        if (name != null && !(beanFactory.containsBean(name) && beanFactory.isTypeMatch(name, DflockdClient.class))) {
            throw new SignalListenerDefinitionException(
                    endpoint + " names the client '" + name + "', but there is no such bean",
                    "Define a DflockdClient bean of this name, or correct the name.",
                    null);
        }
    }
}
