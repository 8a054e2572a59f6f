package io.dflockd.embedded.table;

/**
 * The clock for leases and idle times: nanoseconds since the server started. Runs with the monotonic clock of the JVM
 * or, if virtual, moves only when it is advanced.
 */
final class LeaseClock {

    private final long origin = System.nanoTime();
    private final boolean virtual;
    private long advanced;

    LeaseClock(boolean virtual) {
        this.virtual = virtual;
    }

    long nanos() {
        return virtual ? advanced : saturatingAdd(System.nanoTime() - origin, advanced);
    }

    void advance(long nanos) {
        advanced = saturatingAdd(advanced, nanos);
    }

    /** The sum, or the largest long if it overflows: a huge lease never ends. */
    static long saturatingAdd(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? Long.MAX_VALUE : sum;
    }
}
