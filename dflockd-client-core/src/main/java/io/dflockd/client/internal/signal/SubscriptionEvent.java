package io.dflockd.client.internal.signal;

import org.jspecify.annotations.Nullable;

/**
 * A call of a subscription's listener that waits for its turn among the signals.
 *
 * @param subject if too many events wait, a later one about the same subject replaces the oldest; null for an event that is
 *     never dropped
 */
record SubscriptionEvent(@Nullable Object subject, Runnable call) {

    /** An event that is never dropped. There must be few of these. */
    static SubscriptionEvent certain(Runnable call) {
        return new SubscriptionEvent(null, call);
    }
}
