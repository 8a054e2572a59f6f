package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.loop.RetryDelay;
import org.jspecify.annotations.Nullable;

/** When one server may be dialled again; shared by all its connections. Confined to the event loop. */
final class Backoff {

    private int failures;
    private long notBefore;
    private @Nullable DflockdException cause;

    void failed(DflockdException why, long now) {
        notBefore = now + RetryDelay.DIAL.nanos(failures++);
        cause = why;
    }

    void worked() {
        failures = 0;
        cause = null;
    }

    /** The failure because of which nobody may dial now; null if dialling is allowed. */
    @Nullable
    DflockdException active(long now) {
        return cause != null && notBefore - now > 0 ? cause : null;
    }

    long notBefore() {
        return notBefore;
    }
}
