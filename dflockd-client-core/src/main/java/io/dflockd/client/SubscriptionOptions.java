package io.dflockd.client;

import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How to subscribe. Immutable; start from {@link #defaults()}.
 *
 * @param group the queue group: each signal goes to one member of it; null for a plain subscription, which gets all signals
 * @param name a logical name for logs, events and metrics; null for none
 * @param bufferSize how many signals may wait to be handled
 * @param bufferBytes how much memory the signals that wait may use, in bytes. A character of a channel or payload counts as
 *     two bytes. A buffer without signals takes one of any size
 * @param overflow what happens to a signal that finds the buffer full
 * @param concurrency how many signals may be handled at a time; above 1 there is no order
 * @param listener gets the events of the subscription; null for none
 * @param executor where handlers run; null for the client's threads for signals. It is never shut down here
 */
public record SubscriptionOptions(
        @Nullable String group,
        @Nullable String name,
        int bufferSize,
        long bufferBytes,
        OverflowPolicy overflow,
        int concurrency,
        @Nullable SubscriptionListener listener,
        @Nullable Executor executor) {

    /** The default for {@link #bufferSize}. */
    public static final int DEFAULT_BUFFER_SIZE = 4096;
    /** The default for {@link #bufferBytes}: 16 MiB, which is reached before 4096 signals if they are longer than 2 KiB. */
    public static final long DEFAULT_BUFFER_BYTES = 16 * 1024 * 1024;

    private static final SubscriptionOptions DEFAULTS = new SubscriptionOptions(
            null, null, DEFAULT_BUFFER_SIZE, DEFAULT_BUFFER_BYTES, OverflowPolicy.DROP_OLDEST, 1, null, null);

    /**
     * Checks the values. The overflow policy must not be null.
     *
     * @throws InvalidArgumentException if the group is blank or too long, or a number is below 1
     */
    public SubscriptionOptions {
        if (group != null) {
            FieldRules.group(group);
            group = FieldRules.trimmed(group);
        }
        requirePositive("bufferSize", bufferSize);
        requirePositive("bufferBytes", bufferBytes);
        requirePositive("concurrency", concurrency);
        Objects.requireNonNull(overflow, "overflow must not be null");
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new InvalidArgumentException(name + " " + value + " is below 1");
        }
    }

    /**
     * A plain subscription with a buffer of {@value #DEFAULT_BUFFER_SIZE} signals that drops the oldest. One signal at a time
     * is handled.
     */
    public static SubscriptionOptions defaults() {
        return DEFAULTS;
    }

    /** Sets the queue group; null for a plain subscription. */
    public SubscriptionOptions withGroup(@Nullable String group) {
        return new SubscriptionOptions(group, name, bufferSize, bufferBytes, overflow, concurrency, listener, executor);
    }

    /** Sets the logical name; null for none. */
    public SubscriptionOptions withName(@Nullable String name) {
        return new SubscriptionOptions(group, name, bufferSize, bufferBytes, overflow, concurrency, listener, executor);
    }

    /** Sets the number of signals that may wait and what happens to one that finds the buffer full. */
    public SubscriptionOptions withBuffer(int bufferSize, OverflowPolicy overflow) {
        return new SubscriptionOptions(group, name, bufferSize, bufferBytes, overflow, concurrency, listener, executor);
    }

    /** Sets the memory that waiting signals may use, in bytes; see {@link #bufferBytes}. */
    public SubscriptionOptions withBufferBytes(long bufferBytes) {
        return new SubscriptionOptions(group, name, bufferSize, bufferBytes, overflow, concurrency, listener, executor);
    }

    /** Allows several handlers at a time, which gives up the order. Ignored by publishers and streams. */
    public SubscriptionOptions withConcurrency(int concurrency) {
        return new SubscriptionOptions(group, name, bufferSize, bufferBytes, overflow, concurrency, listener, executor);
    }

    /** Sets the listener; null for none. */
    public SubscriptionOptions withListener(@Nullable SubscriptionListener listener) {
        return new SubscriptionOptions(group, name, bufferSize, bufferBytes, overflow, concurrency, listener, executor);
    }

    /**
     * Sets the executor of handlers and listener. It is called by a thread for signals and may block: an executor that runs
     * tasks in place, such as {@code Runnable::run}, runs them on the client's threads for signals.
     */
    public SubscriptionOptions withExecutor(@Nullable Executor executor) {
        return new SubscriptionOptions(group, name, bufferSize, bufferBytes, overflow, concurrency, listener, executor);
    }
}
