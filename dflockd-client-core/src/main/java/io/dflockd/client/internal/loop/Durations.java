package io.dflockd.client.internal.loop;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Durations as nanoseconds that may be added without overflow. */
public final class Durations {

    /** The longest wait of one request. Who waits for ever asks again when it is over. */
    public static final Duration LONGEST_WAIT = Duration.ofDays(365);

    private static final long LONGEST_SECONDS = TimeUnit.DAYS.toSeconds(10_000);
    /** As long as never: 10 000 days. */
    public static final long NEVER_NANOS = TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);

    private Durations() {}

    /** The nanoseconds of as many seconds; very many count as 10 000 days. */
    public static long ofSeconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(Math.min(seconds, LONGEST_SECONDS));
    }

    /** The nanoseconds of a duration; a negative one is zero, a very long one counts as 10 000 days. */
    public static long nanos(Duration duration) {
        Objects.requireNonNull(duration, "timeout must not be null");
        if (duration.isNegative()) {
            return 0;
        }
        return ofSeconds(duration.getSeconds()) + duration.getNano();
    }
}
