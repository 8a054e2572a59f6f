package io.dflockd.client;

/** Handles the signals of one subscription. */
@FunctionalInterface
public interface SignalHandler {

    /**
     * Handles one signal. Called on a thread for signals, never on the one that reads the socket; one call at a time and
     * in the order of arrival, unless {@link SubscriptionOptions#withConcurrency(int)} says otherwise.
     *
     * @param signal the signal
     * @throws Exception anything; it is logged, told to {@link SubscriptionListener#handlerFailed} and counted, and the
     *     next signal is handled all the same
     */
    void handle(Signal signal) throws Exception;
}
