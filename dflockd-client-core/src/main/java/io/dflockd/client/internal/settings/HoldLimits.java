package io.dflockd.client.internal.settings;

import io.dflockd.client.FieldRules;
import io.dflockd.client.internal.loop.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a grant is held at least and at most, from the grant on, in nanoseconds.
 *
 * @param atLeast zero for no minimum
 * @param atMost {@link Durations#NEVER_NANOS} or more for no maximum
 */
public record HoldLimits(long atLeast, long atMost) {

    /** Checked limits; null is no limit. */
    public static HoldLimits of(@Nullable Duration atLeast, @Nullable Duration atMost) {
        FieldRules.holdLimits(atLeast, atMost);
        return new HoldLimits(
                atLeast == null ? 0 : atLeast.toNanos(), atMost == null ? Durations.NEVER_NANOS : atMost.toNanos());
    }

    /** Checked limits with another at-least. */
    public HoldLimits withAtLeast(@Nullable Duration newAtLeast) {
        return of(newAtLeast, atMost == Durations.NEVER_NANOS ? null : Duration.ofNanos(atMost));
    }

    /** Checked limits with another at-most. */
    public HoldLimits withAtMost(@Nullable Duration newAtMost) {
        return of(Duration.ofNanos(atLeast), newAtMost);
    }

    /** The same limits from a later time on. */
    public HoldLimits after(long nanos) {
        return new HoldLimits(atLeast + nanos, atMost + nanos);
    }
}
