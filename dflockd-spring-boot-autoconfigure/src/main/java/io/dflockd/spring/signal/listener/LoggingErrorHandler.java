package io.dflockd.spring.signal.listener;

import io.dflockd.client.Signal;
import io.dflockd.spring.signal.listener.SignalMessageListener.Subscribed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what a listener threw. */
final class LoggingErrorHandler implements SignalListenerErrorHandler {

    private static final Logger logger = LoggerFactory.getLogger(LoggingErrorHandler.class);

    @Override
    public void handleError(Signal signal, Subscribed subscription, Throwable cause) {
        logger.error("Listener '{}' on '{}' failed for {}", subscription.id(), subscription.pattern(), signal, cause);
    }
}
