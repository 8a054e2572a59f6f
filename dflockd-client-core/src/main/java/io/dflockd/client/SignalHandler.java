package io.dflockd.client;

/** Handles the signals of one subscription. */
@FunctionalInterface
public interface SignalHandler {

    /**
     * Handles one signal. Called on a thread for signals, never on the one that reads the socket; one call at a time and
     * in the order of arrival, unless {@link SubscriptionOptions#withConcurrency(int)} says otherwise.
     *
     * @throws Exception anything; it is told to {@link SubscriptionListener#handlerFailed}, which logs it, and the next
     *     signal is handled all the same
     */
    void handle(Signal signal) throws Exception;
}
