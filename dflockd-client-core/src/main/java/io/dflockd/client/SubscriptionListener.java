package io.dflockd.client;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Gets the events of one subscription. By default the methods do nothing, except that a failed handler is logged. They are
 * called on the threads that handle signals and in order with the signals. For a {@link SignalStream} they are called on the
 * client's threads for signals. Exceptions are logged.
 *
 * <p>The server neither stores nor numbers signals. An application that must not miss a change reads the state it is about
 * again in {@link #connected} and {@link #gap}.
 */
public interface SubscriptionListener {

    /**
     * A server has confirmed the subscription. From now on signals arrive. If it had confirmed it before, {@link #gap}
     * follows.
     */
    default void connected(ServerAddress server, boolean again) {}

    /** The connection to a server has ended. The client connects again. The cause is null if this client ended it. */
    default void disconnected(ServerAddress server, @Nullable DflockdException cause) {}

    /**
     * The subscription does not listen at a server: the server cannot be reached, requires another token or TLS, allows no
     * further subscription ({@code --max-subscriptions}), or has no signals ({@link SignalsUnsupportedException}). The client
     * tries again: to connect within seconds; to ask a server that refused, more and more rarely. The same cause is reported
     * once until the server has confirmed the subscription.
     */
    default void refused(ServerAddress server, DflockdException cause) {}

    /** Signals may have been missed before this moment; it is unknown how many. The subscription works again. */
    default void gap(ServerAddress server, GapReason reason) {}

    /** Signals were dropped because the buffer was full. The count is the number since the last call. */
    default void dropped(long count) {}

    /** The handler failed. Logs the cause unless overridden. */
    default void handlerFailed(Signal signal, Throwable cause) {
        LoggerFactory.getLogger(SubscriptionListener.class).error("The handler of {} failed", signal, cause);
    }

    /** The reason why signals may have been missed. */
    enum GapReason {

        /** The connection had ended. */
        RECONNECTED,

        /**
         * This process or the network stood still for so long that the server may have stopped pushing without notice; the
         * connection was replaced.
         */
        STOOD_STILL,

        /** The buffer was full and the policy is {@link OverflowPolicy#RESUBSCRIBE}. */
        OVERFLOWED
    }
}
