package io.dflockd.spring.signal.endpoint;

import io.dflockd.spring.signal.listener.SignalListenerContainer;

/** Creates the containers of endpoints. */
@FunctionalInterface
public interface SignalListenerContainerFactory {

    /**
     * Makes a container, which is not started yet.
     *
     * @param endpoint what is to be called for which channels
     * @return the container
     */
    SignalListenerContainer createListenerContainer(SignalListenerEndpoint endpoint);
}
