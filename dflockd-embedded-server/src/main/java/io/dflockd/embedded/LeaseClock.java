package io.dflockd.embedded;

/**
 * The clock that leases and idle times are measured with: nanoseconds since the server was built. It runs with the
 * machine's monotonic clock or, if frozen, only when it is advanced. Confined to the event loop.
 */
final class LeaseClock {

    private final long origin = System.nanoTime();
    private final boolean frozen;
    private long advanced;

    LeaseClock(boolean frozen) {
        this.frozen = frozen;
    }

    long nanos() {
        return frozen ? advanced : saturatingAdd(System.nanoTime() - origin, advanced);
    }

    void advance(long nanos) {
        advanced = saturatingAdd(advanced, nanos);
    }

    /** {@code a + b}, or the largest long if that overflows; a huge lease simply never ends. */
    static long saturatingAdd(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? Long.MAX_VALUE : sum;
    }
}
