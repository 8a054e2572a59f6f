package io.dflockd.benchmarks.measure;

/**
 * The figures of one run; times in nanoseconds.
 *
 * @param operations pairs of acquire and release, hand-overs or signals
 * @param time from the start of the first to the end of the last
 * @param mean mean time of one
 * @param p50 median time of one
 * @param p99 99th percentile
 * @param max longest
 */
public record Summary(int operations, Span time, double mean, long p50, long p99, long max) {

    /** Operations per second. */
    public double perSecond() {
        return time.wallNanos() == 0 ? 0 : operations * 1e9 / time.wallNanos();
    }

    /** Nanoseconds of processor time of this process for each operation. */
    public double cpuPerOperation() {
        return operations == 0 ? 0 : (double) time.cpuNanos() / operations;
    }

    /** One line of text. */
    public String text() {
        return String.format(
                "%,9d ops %8.2f s %,10.0f/s   mean %8s  p50 %8s  p99 %8s  max %8s  cpu %6.1f µs/op",
                operations,
                time.wallNanos() / 1e9,
                perSecond(),
                time(mean),
                time(p50),
                time(p99),
                time(max),
                cpuPerOperation() / 1e3);
    }

    /** A time in the unit that suits it. */
    public static String time(double nanos) {
        if (Math.abs(nanos) < 10_000) {
            return String.format("%.0f ns", nanos);
        }
        return Math.abs(nanos) < 10_000_000
                ? String.format("%.0f µs", nanos / 1e3)
                : String.format("%.1f ms", nanos / 1e6);
    }
}
