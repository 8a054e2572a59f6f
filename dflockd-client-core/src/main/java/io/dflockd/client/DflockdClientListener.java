package io.dflockd.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Told what happens in a client, for logs and meters. All methods do nothing by default.
 *
 * <p>They are called in order on one thread of the client's own, never on a caller's thread and never under a lock. What
 * they throw is logged and harms nobody; while one blocks the others wait, and beyond a bound events are dropped and
 * counted in the log.
 */
public interface DflockdClientListener {

    /**
     * What an event is about.
     *
     * @param kind lock or semaphore
     * @param name the logical name, null where none was given
     * @param key the key
     * @param server where
     */
    record Subject(LockKind kind, @Nullable String name, String key, ServerAddress server) {}

    /**
     * A lock or slot was granted and handed out.
     *
     * @param subject of what
     * @param waited since the caller asked
     */
    default void acquired(Subject subject, Duration waited) {}

    /**
     * It was busy for as long as the caller would wait.
     *
     * @param subject of what
     * @param waited since the caller asked
     */
    default void timedOut(Subject subject, Duration waited) {}

    /**
     * It was not acquired for another reason.
     *
     * @param subject of what
     * @param cause the reason
     */
    default void acquireFailed(Subject subject, Throwable cause) {}

    /**
     * A handle was released.
     *
     * @param subject of what
     * @param held since it was handed out
     * @param confirmed whether the server confirmed
     */
    default void released(Subject subject, Duration held, boolean confirmed) {}

    /**
     * A handle was lost.
     *
     * @param subject of what
     * @param reason why
     */
    default void lost(Subject subject, LossReason reason) {}

    /**
     * A renewal was confirmed.
     *
     * @param subject of what
     */
    default void renewed(Subject subject) {}

    /**
     * A renewal was not confirmed; it may be tried again until the deadline.
     *
     * @param subject of what
     * @param cause why
     */
    default void renewalFailed(Subject subject, Throwable cause) {}

    /**
     * A handle became garbage without a release, and was released for its owner.
     *
     * @param subject of what
     */
    default void abandoned(Subject subject) {}

    /**
     * A signal was emitted.
     *
     * @param channel to which channel
     * @param server to which server
     * @param count for how many listeners the server queued it
     */
    default void signalEmitted(String channel, ServerAddress server, long count) {}

    /**
     * An emit failed; the signal may have been delivered or not.
     *
     * @param channel to which channel
     * @param server to which server
     * @param cause why
     */
    default void signalEmitFailed(String channel, ServerAddress server, Throwable cause) {}

    /**
     * Signals have arrived.
     *
     * @param subscription for whom
     * @param count how many since the last such event
     */
    default void signalsReceived(SubscriptionInfo subscription, long count) {}

    /**
     * Signals that had arrived were dropped: the buffer was full, or the subscription was closed before they were handled.
     *
     * @param subscription for whom
     * @param count how many since the last such event
     */
    default void signalsDropped(SubscriptionInfo subscription, long count) {}

    /**
     * The handler of a signal has thrown.
     *
     * @param subscription whose handler
     * @param cause what it threw
     */
    default void signalHandlerFailed(SubscriptionInfo subscription, Throwable cause) {}

    /**
     * A server has confirmed a subscription.
     *
     * @param subscription which
     * @param server by whom
     * @param again whether it had been confirmed by this server before
     */
    default void subscriptionConnected(SubscriptionInfo subscription, ServerAddress server, boolean again) {}

    /**
     * The listening connection of a subscription has ended.
     *
     * @param subscription which
     * @param server to where
     * @param cause why; null where this client ended it
     */
    default void subscriptionDisconnected(
            SubscriptionInfo subscription, ServerAddress server, @Nullable DflockdException cause) {}

    /**
     * A server has refused a subscription; it will be asked again.
     *
     * @param subscription which
     * @param server by whom
     * @param cause what it said
     */
    default void subscriptionRefused(SubscriptionInfo subscription, ServerAddress server, DflockdException cause) {}

    /**
     * Signals may have been missed.
     *
     * @param subscription by whom
     * @param server of which server
     * @param reason why
     */
    default void subscriptionGap(
            SubscriptionInfo subscription, ServerAddress server, SubscriptionListener.GapReason reason) {}

    /**
     * A connection is ready.
     *
     * @param server to where
     * @param reconnect whether there had been one of this purpose before
     */
    default void connected(ServerAddress server, boolean reconnect) {}

    /**
     * A connection ended.
     *
     * @param server to where
     * @param cause why; null where this client closed it
     */
    default void disconnected(ServerAddress server, @Nullable DflockdException cause) {}

    /**
     * An attempt to connect failed.
     *
     * @param server to where
     * @param cause why
     */
    default void connectFailed(ServerAddress server, DflockdException cause) {}
}
