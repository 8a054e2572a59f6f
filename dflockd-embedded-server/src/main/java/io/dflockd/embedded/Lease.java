package io.dflockd.embedded;

import java.time.Duration;

/**
 * How long a grant lives.
 *
 * @param nanos the time after which the holder may be removed
 * @param shown the seconds that answers carry for it
 */
record Lease(long nanos, long shown) {

    /** A lease of the given length; answers show it in whole seconds, rounded up. */
    static Lease of(Duration length) {
        long seconds = length.getSeconds() + (length.getNano() > 0 ? 1 : 0);
        return new Lease(length.toNanos(), seconds);
    }

    static Lease ofSeconds(long seconds) {
        return new Lease(seconds * 1_000_000_000L, seconds);
    }
}
