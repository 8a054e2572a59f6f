package io.dflockd.spring.signal.listener;

import io.dflockd.client.Signal;
import org.jspecify.annotations.Nullable;

/** What a container calls for each signal. */
@FunctionalInterface
public interface SignalMessageListener {

    /**
     * Handles a signal.
     *
     * @param signal the signal
     * @param subscription to which subscription it came
     * @throws Exception anything; the container's error handler gets it
     */
    void onSignal(Signal signal, Subscribed subscription) throws Exception;

    /**
     * The subscription that a signal came to.
     *
     * @param id the container's id
     * @param pattern its pattern
     * @param group its queue group, null for a plain subscription
     */
    record Subscribed(String id, String pattern, @Nullable String group) {}
}
