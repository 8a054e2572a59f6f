package io.dflockd.spring.signal.endpoint;

import io.dflockd.spring.signal.listener.ContainerSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;

/**
 * Collects endpoints while beans are created, and registers them when all singletons exist: container factories and clients are
 * not looked up before. Endpoints that come later are registered at once.
 */
public class SignalListenerEndpointRegistrar {

    private record Pending(
            SignalListenerEndpoint endpoint,
            @Nullable String factoryName,
            @Nullable SignalListenerContainerFactory factory) {}

    private final BeanFactory beanFactory;

    private final @Nullable ApplicationEventPublisher events;

    private final List<Pending> pending = new ArrayList<>();

    private @Nullable SignalListenerEndpointRegistry registry;

    private @Nullable SignalListenerContainerFactory defaultFactory;

    private @Nullable MessageHandlerMethodFactory messageHandlerMethodFactory;

    private boolean convertPayloads = true;

    /**
     * Creates a registrar.
     *
     * @param beanFactory has container factories and clients
     * @param events where events are published if there is no container factory; null for nowhere
     */
    public SignalListenerEndpointRegistrar(BeanFactory beanFactory, @Nullable ApplicationEventPublisher events) {
        this.beanFactory = beanFactory;
        this.events = events;
    }

    /**
     * Sets the factory of endpoints that name none, instead of the bean
     * {@value SignalListenerConfigUtils#DEFAULT_CONTAINER_FACTORY_BEAN_NAME}.
     *
     * @param factory the factory
     */
    public void setContainerFactory(SignalListenerContainerFactory factory) {
        this.defaultFactory = factory;
    }

    /**
     * Sets how listener methods are called, for further arguments or another validation. The factory gets messages whose
     * payload the {@link io.dflockd.spring.signal.SignalConverter} has converted to the type that the method takes; see
     * {@link #setConvertPayloads}.
     *
     * @param factory creates the invocable methods
     */
    public void setMessageHandlerMethodFactory(MessageHandlerMethodFactory factory) {
        this.messageHandlerMethodFactory = factory;
    }

    /**
     * How listener methods are called.
     *
     * @return null where it was not set
     */
    public @Nullable MessageHandlerMethodFactory getMessageHandlerMethodFactory() {
        return messageHandlerMethodFactory;
    }

    /**
     * Whether a {@link #setMessageHandlerMethodFactory factory of one's own} gets converted payloads.
     *
     * @return true by default
     */
    public boolean isConvertPayloads() {
        return convertPayloads;
    }

    /**
     * Sets whether a {@link #setMessageHandlerMethodFactory factory of one's own} gets converted payloads.
     *
     * @param convertPayloads false if the factory has a message converter for the text of a signal
     */
    public void setConvertPayloads(boolean convertPayloads) {
        this.convertPayloads = convertPayloads;
    }

    /**
     * Adds an endpoint, with the default container factory.
     *
     * @param endpoint what is to be called for which channels
     */
    public void registerEndpoint(SignalListenerEndpoint endpoint) {
        register(new Pending(endpoint, null, null));
    }

    /**
     * Adds an endpoint.
     *
     * @param endpoint what is to be called for which channels
     * @param factory makes its container
     */
    public void registerEndpoint(SignalListenerEndpoint endpoint, SignalListenerContainerFactory factory) {
        register(new Pending(endpoint, null, factory));
    }

    /**
     * Adds an endpoint.
     *
     * @param endpoint what is to be called for which channels
     * @param factoryName the bean that makes its container, looked up when all singletons are there
     */
    public void registerEndpoint(SignalListenerEndpoint endpoint, String factoryName) {
        register(new Pending(endpoint, factoryName, null));
    }

    private synchronized void register(Pending one) {
        SignalListenerEndpointRegistry target = registry;
        if (target == null) {
            pending.add(one);
        } else {
            target.registerListenerContainer(one.endpoint, factory(one));
        }
    }

    /**
     * Registers what was collected.
     *
     * @param target where
     */
    public synchronized void registerAll(SignalListenerEndpointRegistry target) {
        registry = target;
        for (Pending one : pending) {
            target.registerListenerContainer(one.endpoint, factory(one));
        }
        pending.clear();
    }

    private SignalListenerContainerFactory factory(Pending one) {
        if (one.factory != null) {
            return one.factory;
        }
        if (one.factoryName != null) {
            try {
                return beanFactory.getBean(one.factoryName, SignalListenerContainerFactory.class);
            } catch (NoSuchBeanDefinitionException ex) {
                throw new SignalListenerDefinitionException(
                        one.endpoint + " names the containerFactory '" + one.factoryName
                                + "', but there is no such bean",
                        "Define a SignalListenerContainerFactory bean of this name, or correct the name.",
                        ex);
            }
        }
        if (defaultFactory == null) {
            defaultFactory = defaultFactory();
        }
        return defaultFactory;
    }

    private SignalListenerContainerFactory defaultFactory() {
        String name = SignalListenerConfigUtils.DEFAULT_CONTAINER_FACTORY_BEAN_NAME;
        if (!beanFactory.containsBean(name)) {
            return new DefaultSignalListenerContainerFactory(
                    beanFactory, ContainerSettings.defaults().withEvents(events));
        }
        SignalListenerContainerFactory factory = beanFactory.getBean(name, SignalListenerContainerFactory.class);
        boolean ofParent = beanFactory instanceof HierarchicalBeanFactory child && !child.containsLocalBean(name);
        return ofParent && factory instanceof DefaultSignalListenerContainerFactory parents
                ? parents.inContext(beanFactory, events)
                : factory;
    }
}
