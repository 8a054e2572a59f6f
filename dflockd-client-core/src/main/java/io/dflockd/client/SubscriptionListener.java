package io.dflockd.client;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Told what happens to one subscription. By default the methods do nothing but log a failed handler. They are called where the signals are
 * handled, in order with them; of a subscription that is read by its caller ({@link SignalStream}), on a thread for
 * signals. What they throw is logged.
 *
 * <p>Signals are neither stored nor numbered by the server. An application that must not miss what a signal stands for
 * reads the state anew in {@link #connected} and {@link #gap}.
 */
public interface SubscriptionListener {

    /**
     * A server has confirmed the subscription.
     *
     * @param server which
     * @param again whether it had been confirmed by this server before; {@link #gap} follows then
     */
    default void connected(ServerAddress server, boolean again) {}

    /**
     * The connection to a server has ended; it is being made anew.
     *
     * @param server which
     * @param cause why; null where this client ended it
     */
    default void disconnected(ServerAddress server, @Nullable DflockdException cause) {}

    /**
     * A server refuses the subscription, for example because of its {@code --max-subscriptions}, or it cannot be talked to
     * for a reason that waiting does not mend: a wrong token, TLS, an unknown host. It will be asked again. The same cause is
     * told once until the server has confirmed the subscription.
     *
     * @param server which
     * @param cause what it said
     */
    default void refused(ServerAddress server, DflockdException cause) {}

    /**
     * Signals may have been missed before this moment; how many, if any, nobody knows. The subscription works again.
     *
     * @param server of which server
     * @param reason why
     */
    default void gap(ServerAddress server, GapReason reason) {}

    /**
     * Signals were dropped because the buffer was full.
     *
     * @param count how many since the last call
     */
    default void dropped(long count) {}

    /**
     * The handler has thrown. Logs it unless overridden.
     *
     * @param signal what it was given
     * @param cause what it threw, an {@link Error} included
     */
    default void handlerFailed(Signal signal, Throwable cause) {
        LoggerFactory.getLogger(SubscriptionListener.class).error("The handler of {} failed", signal, cause);
    }

    /** Why signals may have been missed. */
    enum GapReason {

        /** The connection had ended. */
        RECONNECTED,

        /**
         * This process, or the network, stood still for so long that the server may have stopped pushing without saying
         * so; the connection was replaced.
         */
        STOOD_STILL,

        /** The buffer was full and the policy is {@link OverflowPolicy#RESUBSCRIBE}. */
        OVERFLOWED
    }
}
