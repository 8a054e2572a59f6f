package io.dflockd.spring.signal.listener;

import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what a listener threw. */
final class LoggingErrorHandler implements SignalListenerErrorHandler {

    private static final Logger logger = LoggerFactory.getLogger(LoggingErrorHandler.class);

    @Override
    public void handleError(Signal signal, SubscriptionInfo subscription, Throwable cause) {
        logger.error("Listener '{}' on '{}' failed for {}", subscription.name(), subscription.pattern(), signal, cause);
    }
}
