package io.dflockd.client.internal.signal;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How long to wait before a server that refused a subscription is asked again on the same connection. It rarely changes its
 * mind, and writes a line to its log each time.
 */
enum RefusedDelay {
    /** The server has as many subscriptions as it allows, or refuses for another reason that may pass. */
    LIMIT(5, 300),
    /** The server has no signals. */
    UNSUPPORTED(60, 600);

    private final int firstSeconds;
    private final int longestSeconds;

    RefusedDelay(int firstSeconds, int longestSeconds) {
        this.firstSeconds = firstSeconds;
        this.longestSeconds = longestSeconds;
    }

    /**
     * The delay, up to a fifth shorter at random.
     *
     * @param refusals how often it was refused before on this connection
     */
    long nanos(int refusals) {
        long nanos = TimeUnit.SECONDS.toNanos(Math.min(longestSeconds, (long) firstSeconds << Math.min(refusals, 10)));
        return nanos - ThreadLocalRandom.current().nextLong(nanos / 5 + 1);
    }
}
