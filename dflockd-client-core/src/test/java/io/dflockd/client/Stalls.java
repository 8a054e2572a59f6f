package io.dflockd.client;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Notes when this machine let a thread that was ready to run not run. A lease of a second cannot be renewed by a JVM that
 * stands still for half of it, so a test that fails during such a stall proves nothing.
 */
final class Stalls {

    /** Shorter ones are nothing that a test may depend on. */
    private static final Duration LONG = Duration.ofMillis(250);

    private static final long STEP_NANOS = 5_000_000;

    /** Durations by the time of their end. */
    private static final Map<Long, Duration> SEEN = new ConcurrentSkipListMap<>();

    static {
        Thread thread = new Thread(Stalls::watch, "stalls");
        thread.setDaemon(true);
        thread.start();
    }

    private Stalls() {}

    /** Now, and from now on stalls are noted. */
    static long begin() {
        return System.nanoTime();
    }

    /** The longest stall since then, zero if there was none worth noting. */
    static Duration longestSince(long begin) {
        return SEEN.entrySet().stream()
                .filter(stall -> stall.getKey() - begin > 0)
                .map(Map.Entry::getValue)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private static void watch() {
        while (true) {
            long before = System.nanoTime();
            LockSupport.parkNanos(STEP_NANOS);
            long now = System.nanoTime();
            Duration stalled = Duration.ofNanos(now - before - STEP_NANOS);
            if (stalled.compareTo(LONG) > 0) {
                SEEN.put(now, stalled);
            }
        }
    }
}
