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
import io.dflockd.spring.signal.event.SignalListenerRefusedEvent;
import io.dflockd.spring.signal.event.SignalsDroppedEvent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Logs and publishes the events of one subscription of a container, and hands failures to its error handler. The client logs
 * when a subscription does not listen, and when it listens again.
 */
final class ContainerEvents implements SubscriptionListener {

    private static final Logger logger = LoggerFactory.getLogger(SignalListenerContainer.class);

    private final SignalListenerContainer container;

    private final SubscriptionInfo subscription;

    private final ContainerSettings settings;

    private final ListenerCalls calls;

    private final Set<ServerAddress> refusedBy = ConcurrentHashMap.newKeySet();

    ContainerEvents(SignalListenerContainer container, SubscriptionInfo subscription, ListenerCalls calls) {
        this.container = container;
        this.subscription = subscription;
        this.settings = container.getSettings();
        this.calls = calls;
    }

    @Override
    public void connected(ServerAddress server, boolean again) {
        if (!refusedBy.remove(server) && !again) {
            logger.info(
                    "Listener '{}' listens to '{}' at server {}", container.getId(), subscription.pattern(), server);
        }
        publish(new SignalListenerConnectedEvent(container, subscription, server, again));
    }

    @Override
    public void disconnected(ServerAddress server, @Nullable DflockdException cause) {
        logger.debug("{} is disconnected from {}", subscription, server, cause);
        publish(new SignalListenerDisconnectedEvent(container, subscription, server, cause));
    }

    @Override
    public void refused(ServerAddress server, DflockdException cause) {
        refusedBy.add(server);
        publish(new SignalListenerRefusedEvent(container, subscription, server, cause));
    }

    @Override
    public void gap(ServerAddress server, GapReason reason) {
        logger.warn(
                "Listener '{}' on '{}' may have missed signals of server {}: {}",
                container.getId(),
                subscription.pattern(),
                server,
                reason);
        publish(new SignalGapEvent(container, subscription, server, reason));
    }

    @Override
    public void dropped(long count) {
        logger.warn(
                "Listener '{}' on '{}' dropped {} signals: its buffer of {} signals and {} bytes was full",
                container.getId(),
                subscription.pattern(),
                count,
                settings.bufferSize(),
                settings.bufferBytes());
        publish(new SignalsDroppedEvent(container, subscription, count));
    }

    @Override
    public void handlerFailed(Signal signal, Throwable cause) {
        calls.run(() -> settings.errorHandler().handleError(signal, subscription, cause));
    }

    private void publish(SignalListenerEvent event) {
        ApplicationEventPublisher events = settings.events();
        if (events != null) {
            calls.run(() -> events.publishEvent(event));
        }
    }
}
