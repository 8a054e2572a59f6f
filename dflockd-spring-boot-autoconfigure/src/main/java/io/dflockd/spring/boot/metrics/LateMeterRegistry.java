package io.dflockd.spring.boot.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry that is known only when the application has made its beans, which may be after the first events of a client.
 * What is counted before waits for it, so that no event looks for a bean. Thread-safe.
 */
public final class LateMeterRegistry {

    private static final Logger log = LoggerFactory.getLogger(LateMeterRegistry.class);

    /** A start has a few events. Where the registry never comes, as in a start that fails, the rest is not counted. */
    private static final int MOST_WAITING = 1000;

    private final Queue<Consumer<MeterRegistry>> waiting = new ArrayDeque<>();

    private volatile @Nullable MeterRegistry registry;

    /** Knows no registry yet. */
    public LateMeterRegistry() {}

    /**
     * Counts what waits, on this thread, and from now on everything at once.
     *
     * @param found the registry; a second one is not used
     */
    public void set(MeterRegistry found) {
        List<Consumer<MeterRegistry>> early;
        synchronized (waiting) {
            if (registry != null) {
                return;
            }
            registry = found;
            early = List.copyOf(waiting);
            waiting.clear();
        }
        for (Consumer<MeterRegistry> count : early) {
            try {
                count.accept(found);
            } catch (RuntimeException ex) {
                log.warn("an event of the start of a dflockd client was not counted", ex);
            }
        }
    }

    /** Counts now, or as soon as the registry is known. */
    void count(Consumer<MeterRegistry> count) {
        MeterRegistry known = registry;
        if (known == null) {
            synchronized (waiting) {
                known = registry;
                if (known == null) {
                    if (waiting.size() < MOST_WAITING) {
                        waiting.add(count);
                    }
                    return;
                }
            }
        }
        count.accept(known);
    }
}
