package io.dflockd.benchmarks.measure;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The threads that came since a moment, and those that all clients of a process share, and the processor time that they took. */
public final class ClientThreads {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Set<Long> before;

    private ClientThreads(Set<Long> before) {
        this.before = before;
    }

    /** The moment before a client is built. */
    public static ClientThreads since() {
        return new ClientThreads(
                Thread.getAllStackTraces().keySet().stream().map(Thread::getId).collect(Collectors.toSet()));
    }

    /** The names of the threads that are there now and were not. */
    public Map<Long, String> names() {
        Map<Long, String> names = new TreeMap<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            boolean ours = thread.getName().startsWith("dflockd-") || !before.contains(thread.getId());
            if (ours && thread != Thread.currentThread()) {
                names.put(thread.getId(), thread.getName());
            }
        }
        return names;
    }

    /** The nanoseconds of processor time that the loops of all clients that are open have taken so far. */
    public static long loopCpuNanos() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("dflockd-loop"))
                .mapToLong(thread -> Math.max(0, THREADS.getThreadCpuTime(thread.getId())))
                .sum();
    }

    /** The nanoseconds of processor time that they have taken so far; threads that have ended do not count. */
    public long cpuNanos() {
        return names().keySet().stream()
                .mapToLong(THREADS::getThreadCpuTime)
                .filter(time -> time > 0)
                .sum();
    }
}
