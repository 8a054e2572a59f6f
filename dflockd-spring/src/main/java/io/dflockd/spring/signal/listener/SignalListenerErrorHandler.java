package io.dflockd.spring.signal.listener;

import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionInfo;
import org.springframework.util.ErrorHandler;

/**
 * Handles exceptions of a listener. Signals are not repeated: the next one is handled in any case. An exception of the handler
 * itself is logged.
 */
@FunctionalInterface
public interface SignalListenerErrorHandler {

    /**
     * Handles a failure.
     *
     * @param signal what the listener was given
     * @param subscription the subscription that received it; its name is the id of the container
     * @param cause what the listener threw, an {@link Error} included
     */
    void handleError(Signal signal, SubscriptionInfo subscription, Throwable cause);

    /**
     * An error handler as Spring has it elsewhere.
     *
     * @param handler gets the cause only
     * @return an adapter
     */
    static SignalListenerErrorHandler of(ErrorHandler handler) {
        return (signal, subscription, cause) -> handler.handleError(cause);
    }
}
