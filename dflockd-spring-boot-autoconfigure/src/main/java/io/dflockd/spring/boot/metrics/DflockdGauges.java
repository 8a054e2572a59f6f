package io.dflockd.spring.boot.metrics;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockKind;
import io.dflockd.client.ServerAddress;
import io.dflockd.spring.boot.metrics.SharedGauges.Source;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

/**
 * Gauges of one client, read from its snapshot. Where several clients have the same name in one registry, the gauges show their
 * sum. Thread-safe.
 */
public final class DflockdGauges implements MeterBinder, AutoCloseable {

    private record Bound(MeterRegistry registry, Meter.Id id, Source source) {}

    private final RecentSnapshot snapshots;

    private final DflockdClient client;

    private final String name;

    private final List<Bound> bound = new CopyOnWriteArrayList<>();

    /**
     * Creates the gauges.
     *
     * @param client the client
     * @param name the client's name
     */
    public DflockdGauges(DflockdClient client, String name) {
        this.client = client;
        this.name = name;
        this.snapshots = new RecentSnapshot(client);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (ServerAddress server : client.servers()) {
            Tags tags = Tags.of(MeterTag.CLIENT.key(), name, MeterTag.SERVER.key(), server.toString());
            gauge(
                    registry,
                    DflockdMeter.CONNECTIONS,
                    tags,
                    snapshot -> snapshot.connections().getOrDefault(server, 0));
            for (boolean connected : new boolean[] {true, false}) {
                gauge(
                        registry,
                        DflockdMeter.SIGNAL_SUBSCRIPTIONS,
                        tags.and(MeterTag.STATE.key(), connected ? "connected" : "disconnected"),
                        snapshot -> subscriptions(snapshot, server, connected));
            }
            for (LockKind kind : LockKind.values()) {
                Tags kindTags = tags.and(MeterTag.KIND.key(), kind.name().toLowerCase(Locale.ROOT));
                gauge(
                        registry,
                        DflockdMeter.HELD,
                        kindTags,
                        snapshot -> held(snapshot, kind, server, LockHandle.State.HELD));
                gauge(
                        registry,
                        DflockdMeter.SUSPENDED,
                        kindTags,
                        snapshot -> held(snapshot, kind, server, LockHandle.State.SUSPENDED));
                gauge(
                        registry,
                        DflockdMeter.WAITING,
                        kindTags,
                        snapshot -> snapshot.waiting().stream()
                                .filter(waiting -> waiting.kind() == kind
                                        && waiting.server().equals(server))
                                .count());
            }
        }
    }

    private static long held(ClientSnapshot snapshot, LockKind kind, ServerAddress server, LockHandle.State state) {
        return snapshot.held().stream()
                .filter(held -> held.kind() == kind && held.server().equals(server) && held.state() == state)
                .count();
    }

    private static long subscriptions(ClientSnapshot snapshot, ServerAddress server, boolean connected) {
        return snapshot.subscriptions().stream()
                .flatMap(subscription -> subscription.servers().stream())
                .filter(listening -> listening.server().equals(server) && listening.connected() == connected)
                .count();
    }

    /** Takes this client out of the gauges. */
    @Override
    public void close() {
        bound.forEach(each -> SharedGauges.remove(each.registry(), each.id(), each.source()));
        bound.clear();
    }

    private void gauge(MeterRegistry registry, DflockdMeter meter, Tags tags, ToDoubleFunction<ClientSnapshot> value) {
        Source source = () -> value.applyAsDouble(snapshots.get());
        bound.add(new Bound(registry, SharedGauges.add(registry, meter, tags, source), source));
    }
}
