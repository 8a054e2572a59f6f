package io.dflockd.client.internal.settings;

import io.dflockd.client.FieldRules;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a grant is held at least and at most, from the grant on, in nanoseconds.
 *
 * @param atLeast zero for no minimum
 * @param atMost thousands of days for no maximum
 */
public record HoldLimits(long atLeast, long atMost) {

    private static final long NEVER = TimeUnit.DAYS.toNanos(10_000);
    /** Checked limits; null is no limit. */
    public static HoldLimits of(@Nullable Duration atLeast, @Nullable Duration atMost) {
        FieldRules.holdLimits(atLeast, atMost);
        return new HoldLimits(atLeast == null ? 0 : atLeast.toNanos(), atMost == null ? NEVER : atMost.toNanos());
    }

    /** Checked limits with another at-least. */
    public HoldLimits withAtLeast(@Nullable Duration newAtLeast) {
        return of(newAtLeast, atMost == NEVER ? null : Duration.ofNanos(atMost));
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
