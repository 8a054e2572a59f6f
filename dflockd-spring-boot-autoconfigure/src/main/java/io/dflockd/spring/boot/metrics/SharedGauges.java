package io.dflockd.spring.boot.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The gauges of each registry. A registry keeps the first gauge of a name and its tags, but several contexts may share a
 * registry, one after the other or at the same time: a gauge shows the sum of the clients that are open. Thread-safe.
 */
final class SharedGauges {

    private static final Map<MeterRegistry, SharedGauges> BY_REGISTRY = new WeakHashMap<>();

    private final Map<Meter.Id, List<Source>> sources = new HashMap<>();

    /** What one client or election adds to a gauge. Compared by identity. */
    interface Source {

        double read();
    }

    private SharedGauges() {}

    static Meter.Id add(MeterRegistry registry, DflockdMeter meter, Tags tags, Source source) {
        synchronized (BY_REGISTRY) {
            SharedGauges gauges = BY_REGISTRY.computeIfAbsent(registry, created -> new SharedGauges());
            List<Source> added = new CopyOnWriteArrayList<>();
            Gauge gauge = Gauge.builder(meter.meterName(), added, SharedGauges::sum)
                    .description(meter.description())
                    .tags(tags)
                    .strongReference(true)
                    .register(registry);
            gauges.sources.computeIfAbsent(gauge.getId(), first -> added).add(source);
            return gauge.getId();
        }
    }

    /** Removes what a client adds, and the gauge with the last of them. */
    static void remove(MeterRegistry registry, Meter.Id id, Source source) {
        synchronized (BY_REGISTRY) {
            SharedGauges gauges = BY_REGISTRY.get(registry);
            @Nullable List<Source> left = gauges == null ? null : gauges.sources.get(id);
            if (gauges != null && left != null && left.remove(source) && left.isEmpty()) {
                gauges.sources.remove(id);
                registry.remove(id);
            }
        }
    }

    private static double sum(List<Source> sources) {
        return sources.stream().mapToDouble(Source::read).sum();
    }
}
