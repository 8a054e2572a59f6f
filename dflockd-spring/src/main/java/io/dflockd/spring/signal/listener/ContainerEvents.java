package io.dflockd.spring.signal.listener;

import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionInfo;
import io.dflockd.client.SubscriptionListener;
import io.dflockd.spring.signal.event.SignalGapEvent;
import io.dflockd.spring.signal.event.SignalListenerConnectedEvent;
import io.dflockd.spring.signal.event.SignalListenerDisconnectedEvent;
import io.dflockd.spring.signal.event.SignalListenerEvent;
import io.dflockd.spring.signal.event.SignalsDroppedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs and publishes what happens to a subscription of a container, and hands failures to its error handler. */
final class ContainerEvents implements SubscriptionListener {

    private static final Logger logger = LoggerFactory.getLogger(SignalListenerContainer.class);

    private final SignalListenerContainer container;

    private final SubscriptionInfo subscription;

    private final ContainerSettings settings;

    ContainerEvents(SignalListenerContainer container, SubscriptionInfo subscription, ContainerSettings settings) {
        this.container = container;
        this.subscription = subscription;
        this.settings = settings;
    }

    @Override
    public void connected(ServerAddress server, boolean again) {
        logger.debug("{} is connected to {}", subscription, server);
        publish(new SignalListenerConnectedEvent(container, subscription, server, again));
    }

    @Override
    public void disconnected(ServerAddress server, @Nullable DflockdException cause) {
        logger.debug("{} is disconnected from {}", subscription, server, cause);
        publish(new SignalListenerDisconnectedEvent(container, subscription, server, cause));
    }

    @Override
    public void gap(ServerAddress server, GapReason reason) {
        logger.warn("{} may have missed signals of {}: {}", subscription, server, reason);
        publish(new SignalGapEvent(container, subscription, server, reason));
    }

    @Override
    public void dropped(long count) {
        logger.warn("{} dropped {} signals: its buffer of {} was full", subscription, count, settings.bufferSize());
        publish(new SignalsDroppedEvent(container, subscription, count));
    }

    @Override
    public void handlerFailed(Signal signal, Throwable cause) {
        settings.errorHandler().handleError(signal, subscription, cause);
    }

    private void publish(SignalListenerEvent event) {
        if (settings.events() != null) {
            settings.events().publishEvent(event);
        }
    }
}
