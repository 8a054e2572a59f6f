package io.dflockd.client;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How to subscribe. Immutable; start from {@link #defaults()}.
 *
 * @param group the queue group: each signal goes to one member of it; null for a plain subscription, which gets all
 * @param name a logical name for events and metrics; null for none
 * @param bufferSize how many signals may wait to be handled
 * @param overflow what happens beyond that
 * @param concurrency how many signals may be handled at a time; above 1 there is no order
 * @param listener told what happens to the subscription; null for nobody
 * @param executor where signals are handled; null for the client's threads for signals. It is not shut down
 */
public record SubscriptionOptions(
        @Nullable String group,
        @Nullable String name,
        int bufferSize,
        OverflowPolicy overflow,
        int concurrency,
        @Nullable SubscriptionListener listener,
        @Nullable Executor executor) {

    /** How many signals a buffer takes unless told otherwise. */
    public static final int DEFAULT_BUFFER_SIZE = 4096;

    private static final SubscriptionOptions DEFAULTS =
            new SubscriptionOptions(null, null, DEFAULT_BUFFER_SIZE, OverflowPolicy.DROP_OLDEST, 1, null, null);

    /**
     * Checks the values.
     *
     * @throws InvalidArgumentException if the group is blank or too long, or a number is below 1
     */
    public SubscriptionOptions {
        if (group != null) {
            FieldRules.group(group);
            group = FieldRules.trimmed(group);
        }
        if (bufferSize < 1) {
            throw new InvalidArgumentException("bufferSize " + bufferSize + " is below 1");
        }
        if (concurrency < 1) {
            throw new InvalidArgumentException("concurrency " + concurrency + " is below 1");
        }
    }

    /**
     * Plain, a buffer of {@value #DEFAULT_BUFFER_SIZE} that drops the oldest, one at a time.
     *
     * @return the defaults
     */
    public static SubscriptionOptions defaults() {
        return DEFAULTS;
    }

    /**
     * With a queue group.
     *
     * @param group its name, or null for a plain subscription
     * @return a copy
     */
    public SubscriptionOptions withGroup(@Nullable String group) {
        return new SubscriptionOptions(group, name, bufferSize, overflow, concurrency, listener, executor);
    }

    /**
     * With a logical name.
     *
     * @param name the name, or null
     * @return a copy
     */
    public SubscriptionOptions withName(@Nullable String name) {
        return new SubscriptionOptions(group, name, bufferSize, overflow, concurrency, listener, executor);
    }

    /**
     * With a buffer.
     *
     * @param bufferSize how many signals it takes
     * @param overflow what happens beyond that
     * @return a copy
     */
    public SubscriptionOptions withBuffer(int bufferSize, OverflowPolicy overflow) {
        return new SubscriptionOptions(group, name, bufferSize, overflow, concurrency, listener, executor);
    }

    /**
     * With several handlers at a time, which gives up the order. Has no meaning for publishers and streams.
     *
     * @param concurrency how many
     * @return a copy
     */
    public SubscriptionOptions withConcurrency(int concurrency) {
        return new SubscriptionOptions(group, name, bufferSize, overflow, concurrency, listener, executor);
    }

    /**
     * With a listener.
     *
     * @param listener the listener, or null
     * @return a copy
     */
    public SubscriptionOptions withListener(@Nullable SubscriptionListener listener) {
        return new SubscriptionOptions(group, name, bufferSize, overflow, concurrency, listener, executor);
    }

    /**
     * With an executor of one's own.
     *
     * @param executor must not run what it is given on the calling thread; or null
     * @return a copy
     */
    public SubscriptionOptions withExecutor(@Nullable Executor executor) {
        return new SubscriptionOptions(group, name, bufferSize, overflow, concurrency, listener, executor);
    }
}
