package io.dflockd.benchmarks.measure;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * A piece of time.
 *
 * @param wallNanos how long it was
 * @param cpuNanos processor time that this process took meanwhile, all threads together; other work of the machine
 *     disturbs it less
 */
public record Span(long wallNanos, long cpuNanos) {

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** Now. */
    public static Span begin() {
        return new Span(System.nanoTime(), SYSTEM.getProcessCpuTime());
    }

    /** From this beginning until now. */
    public Span end() {
        return new Span(System.nanoTime() - wallNanos, SYSTEM.getProcessCpuTime() - cpuNanos);
    }
}
