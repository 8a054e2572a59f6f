package io.dflockd.client.internal.loop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Durations as nanoseconds that may be added without overflow. */
public final class Durations {

    private static final long LONGEST_SECONDS = TimeUnit.DAYS.toSeconds(10_000);

    private Durations() {}

    /** The nanoseconds of as many seconds; very many count as 10 000 days. */
    public static long ofSeconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(Math.min(seconds, LONGEST_SECONDS));
    }

    /** The nanoseconds of a duration; a negative one is zero, a very long one counts as 10 000 days. */
    public static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return ofSeconds(duration.getSeconds()) + duration.getNano();
    }
}
