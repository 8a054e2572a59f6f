package io.dflockd.client.internal.loop;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** How long to wait before something that failed is tried again: twice as long after each failure, up to a limit. */
public enum RetryDelay {
    /** Between attempts to connect to one server. */
    DIAL(50, 2_000),
    /** Between a connection that ended soon after it was opened and the next one; the first one is replaced at once. */
    REDIAL(0, 2_000),
    /** Between requests for a lock whose connection broke or whose server refused; the first is repeated at once. */
    ACQUIRE(0, 2_560),
    /**
     * Before a server that refused a subscription, for a reason that may pass, is asked again on the same connection. It rarely
     * changes its mind, and writes a line to its log each time.
     */
    LISTEN_REFUSED(5_000, 300_000),
    /** The same for a server that has no signals. */
    LISTEN_UNSUPPORTED(60_000, 600_000),
    /**
     * Between requests of a candidate after a failure for which a request does not wait, and before a leader that yielded or whose
     * callback failed is a candidate again. Longer than the delays between attempts to connect.
     */
    CANDIDACY(1_000, 10_000),
    /** Between attempts to renew or to release a lock by its token after its connection was lost. */
    BY_TOKEN(50, 2_000),
    /** Between attempts to run a handler whose executor refused it. */
    HANDLER(100, 100);

    private static final long FIRST_AFTER_ZERO_MILLIS = 20;
    private static final long SHORTEST_RENEWAL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final long firstMillis;
    private final long longestMillis;

    RetryDelay(long firstMillis, long longestMillis) {
        this.firstMillis = firstMillis;
        this.longestMillis = longestMillis;
    }

    /** The delay after so many earlier failures, up to a fifth shorter at random, so that clients do not retry together. */
    public long nanos(int failures) {
        if (failures == 0 && firstMillis == 0) {
            return 0;
        }
        long base = firstMillis == 0 ? FIRST_AFTER_ZERO_MILLIS : firstMillis;
        long nanos = TimeUnit.MILLISECONDS.toNanos(Math.min(longestMillis, base << Math.min(failures, 10)));
        return nanos - ThreadLocalRandom.current().nextLong(nanos / 5 + 1);
    }

    /** The delay before a renewal that failed is tried again, so that several attempts fit before the deadline. */
    public static long ofRenewal(long remainingNanos) {
        return Math.max(SHORTEST_RENEWAL_NANOS, remainingNanos / 8);
    }
}
