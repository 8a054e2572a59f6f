package io.dflockd.spring.signal.listener;

import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionInfo;

/** Called by a container for each signal. */
@FunctionalInterface
public interface SignalMessageListener {

    /**
     * Handles a signal.
     *
     * @param signal the signal
     * @param subscription the subscription that received it; its name is the id of the container
     * @throws Exception anything; the container's error handler gets it
     */
    void onSignal(Signal signal, SubscriptionInfo subscription) throws Exception;
}
