package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When one server may be dialled again; shared by all that want to. Confined to the event loop. */
final class Backoff {

    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private int failures;

    private long notBefore;

    private @Nullable DflockdException cause;

    void failed(DflockdException why, long now) {
        long pause = Math.min(LONGEST_NANOS, FIRST_NANOS << Math.min(failures, 10));
        failures++;
        long jittered = pause - ThreadLocalRandom.current().nextLong(pause / 5 + 1);
        notBefore = now + jittered;
        cause = why;
    }

    void worked() {
        failures = 0;
        cause = null;
    }

    /** Why nobody may dial now; null if one may. */
    @Nullable
    DflockdException active(long now) {
        return cause != null && notBefore - now > 0 ? cause : null;
    }

    long notBefore() {
        return notBefore;
    }
}
