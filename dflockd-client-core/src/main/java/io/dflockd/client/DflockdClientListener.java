package io.dflockd.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Listens to the events of a client, for logs and metrics. All methods do nothing by default.
 *
 * <p>The methods are called in order, on one thread of the client that is used for nothing else but log lines
 * ({@code dflockd-event}), and without a lock held. An exception is logged. While a method blocks, later events wait, and log
 * lines too; if too many wait, events are dropped and a warning says how many. Events that wait when the client is closed are
 * told for up to 5 s more; then they are dropped in the same way.
 */
public interface DflockdClientListener {

    /**
     * The lock or semaphore of an event.
     *
     * @param name the logical name, null if none was given
     */
    record Subject(LockKind kind, @Nullable String name, String key, ServerAddress server) {}

    /**
     * {@return whether this listener wants the events of every operation that went well: {@link #acquired}, {@link #released} with
     * {@code confirmed}, and {@link #renewed}} A client asks once, when it is built. If none of its listeners wants them, they are
     * not made and cost nothing.
     */
    default boolean wantsRoutineEvents() {
        return true;
    }

    /** A lock or semaphore slot was granted and handed out, with the time since the call. */
    default void acquired(Subject subject, Duration waited) {}

    /** An acquisition ended because the key was busy for the whole time, with the time since the call. */
    default void timedOut(Subject subject, Duration waited) {}

    /** An acquisition failed for another reason. */
    default void acquireFailed(Subject subject, Throwable cause) {}

    /**
     * A handle was released, {@code held} after the grant. A lock that is kept because of {@link Acquirable#withHoldAtLeast}
     * is reported when the client releases it at the server, and not {@code confirmed} if it is free before that.
     */
    default void released(Subject subject, Duration held, boolean confirmed) {}

    /** The server did not confirm a release for which nobody waited ({@link ReleaseMode#SENT}). */
    default void releaseUnconfirmed(Subject subject) {}

    /** A handle was lost. */
    default void lost(Subject subject, LossReason reason) {}

    /**
     * A handle was suspended ({@link LockHandle.State#SUSPENDED}); the reason is the one for which it would be lost at another
     * server. {@link #resumed}, {@link #lost} or {@link #released} follows.
     */
    default void suspended(Subject subject, LossReason reason) {}

    /** A suspended handle is held again, {@code after} its suspension. */
    default void resumed(Subject subject, Duration after) {}

    /** A renewal was confirmed. */
    default void renewed(Subject subject) {}

    /** A renewal was not confirmed. The client tries again until the deadline, unless the handle is lost with it. */
    default void renewalFailed(Subject subject, Throwable cause) {}

    /** A held handle became garbage, and the client releases it. */
    default void abandoned(Subject subject) {}

    /** A signal was emitted, and the server queued it for {@code count} listeners. */
    default void signalEmitted(String channel, ServerAddress server, long count) {}

    /** An emit failed. The signal may have been delivered. */
    default void signalEmitFailed(String channel, ServerAddress server, Throwable cause) {}

    /** Signals have arrived. The count is the number since the last such event. */
    default void signalsReceived(SubscriptionInfo subscription, long count) {}

    /**
     * Signals that had arrived were dropped, because the buffer was full or the subscription was closed first. The
     * count is the number since the last such event.
     */
    default void signalsDropped(SubscriptionInfo subscription, long count) {}

    /** A signal handler threw an exception. */
    default void signalHandlerFailed(SubscriptionInfo subscription, Throwable cause) {}

    /** A server has confirmed a subscription, perhaps {@code again}. */
    default void subscriptionConnected(SubscriptionInfo subscription, ServerAddress server, boolean again) {}

    /** The listening connection of a subscription has ended. The cause is null if this client closed it. */
    default void subscriptionDisconnected(
            SubscriptionInfo subscription, ServerAddress server, @Nullable DflockdException cause) {}

    /**
     * A subscription does not listen at a server, which refused it or cannot be reached. The same cause is reported once until
     * the server has confirmed the subscription.
     */
    default void subscriptionRefused(SubscriptionInfo subscription, ServerAddress server, DflockdException cause) {}

    /** Signals may have been missed. */
    default void subscriptionGap(
            SubscriptionInfo subscription, ServerAddress server, SubscriptionListener.GapReason reason) {}

    /** A connection is ready, perhaps in place of an earlier one of the same purpose that was not closed because it was unused. */
    default void connected(ServerAddress server, boolean reconnect) {}

    /** A connection ended. The cause is null if this client closed it. */
    default void disconnected(ServerAddress server, @Nullable DflockdException cause) {}

    /** A connection could not be opened. */
    default void connectFailed(ServerAddress server, DflockdException cause) {}
}
