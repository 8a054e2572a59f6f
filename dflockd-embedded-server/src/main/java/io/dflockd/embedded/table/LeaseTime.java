package io.dflockd.embedded.table;

import java.time.Duration;

/**
 * The length of a lease.
 *
 * @param nanos the time after which the holder may be removed
 * @param shown the seconds that answers carry
 */
public record LeaseTime(long nanos, long shown) {

    /** A lease of the given length; answers show whole seconds, rounded up. */
    public static LeaseTime of(Duration length) {
        return new LeaseTime(length.toNanos(), length.plusNanos(999_999_999).getSeconds());
    }
}
