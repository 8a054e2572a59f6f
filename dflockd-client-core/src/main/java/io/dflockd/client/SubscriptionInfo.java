package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * The subscription that an event is about.
 *
 * @param name the logical name, null if none was given
 * @param pattern the pattern that it listens to
 * @param group the queue group, null for a plain subscription
 */
public record SubscriptionInfo(
        @Nullable String name, String pattern, @Nullable String group) {}
