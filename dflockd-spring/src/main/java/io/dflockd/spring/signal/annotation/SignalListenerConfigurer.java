package io.dflockd.spring.signal.annotation;

import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistrar;

/** Beans of this type change how listeners are registered, and register further ones, in their order. */
@FunctionalInterface
public interface SignalListenerConfigurer {

    /**
     * Called when all singletons are there, before anything is registered.
     *
     * @param registrar takes endpoints, the default container factory and the factory of method calls
     */
    void configureSignalListeners(SignalListenerEndpointRegistrar registrar);
}
