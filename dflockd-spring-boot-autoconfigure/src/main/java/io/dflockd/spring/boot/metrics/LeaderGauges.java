package io.dflockd.spring.boot.metrics;

import io.dflockd.spring.boot.metrics.SharedGauges.Source;
import io.dflockd.spring.leader.LeaderRoles;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gauge for each role: 1 while this application is its leader. Thread-safe. */
public final class LeaderGauges implements MeterBinder, AutoCloseable {

    private record Bound(MeterRegistry registry, Meter.Id id, Source source) {}

    private final List<LeaderRoles> roles;

    private final List<Bound> bound = new CopyOnWriteArrayList<>();

    /**
     * Creates the gauges.
     *
     * @param roles the roles of the application
     */
    public LeaderGauges(Collection<LeaderRoles> roles) {
        this.roles = List.copyOf(roles);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (LeaderRoles each : roles) {
            for (String role : each.roles()) {
                Source source = () -> each.isLeader(role) ? 1 : 0;
                Meter.Id id =
                        SharedGauges.add(registry, DflockdMeter.LEADER, Tags.of(MeterTag.ROLE.key(), role), source);
                bound.add(new Bound(registry, id, source));
            }
        }
    }

    /** Removes the gauges. */
    @Override
    public void close() {
        bound.forEach(each -> SharedGauges.remove(each.registry(), each.id(), each.source()));
        bound.clear();
    }
}
