package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.loop.RetryDelay;
import org.jspecify.annotations.Nullable;

/** When something may be done again that has failed: later after each failure. Confined to the event loop. */
final class Backoff {

    private final RetryDelay delay;
    private int failures;
    private long notBefore;
    private @Nullable DflockdException cause;

    Backoff(RetryDelay delay) {
        this.delay = delay;
    }

    void failed(DflockdException why, long now) {
        notBefore = now + delay.nanos(failures++);
        cause = why;
    }

    void worked() {
        failures = 0;
        cause = null;
    }

    /** The failure because of which it must not be done now; null if it is allowed. */
    @Nullable
    DflockdException active(long now) {
        return cause != null && notBefore - now > 0 ? cause : null;
    }

    long notBefore() {
        return notBefore;
    }
}
