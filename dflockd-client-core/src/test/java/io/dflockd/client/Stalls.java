package io.dflockd.client;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Notes when this machine let a thread that was ready to run not run. A lease of a second cannot be renewed by a JVM that
 * stands still for half of it, so a test that fails during such a stall proves nothing: it is aborted, which is visible,
 * but no failure. Registered for all tests; those below the socket depend on no real time, so their failures always count.
 */
public final class Stalls implements BeforeEachCallback, TestExecutionExceptionHandler {

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

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Stalls.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put("begin", System.nanoTime());
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        Duration stalled = longestSince(context.getStore(NAMESPACE).get("begin", Long.class));
        if (stalled.isZero()
                || !context.getRequiredTestClass().getName().endsWith("IntegrationTests")
                || failure instanceof TestAbortedException) {
            throw failure;
        }
        throw new TestAbortedException("the machine stood still for " + stalled.toMillis() + " ms", failure);
    }

    /** The longest stall since then, zero if there was none worth noting. */
    private static Duration longestSince(long begin) {
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
