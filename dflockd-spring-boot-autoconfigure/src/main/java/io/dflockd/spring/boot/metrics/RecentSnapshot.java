package io.dflockd.spring.boot.metrics;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClient;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The snapshot of a client, taken once for all gauges of a scrape. Thread-safe. */
final class RecentSnapshot implements Supplier<ClientSnapshot> {

    private static final long FRESH_NANOS = Duration.ofMillis(200).toNanos();

    private record Taken(ClientSnapshot snapshot, long at) {}

    private final DflockdClient client;

    private volatile @Nullable Taken last;

    RecentSnapshot(DflockdClient client) {
        this.client = client;
    }

    @Override
    public ClientSnapshot get() {
        Taken taken = last;
        if (taken == null || System.nanoTime() - taken.at() > FRESH_NANOS) {
            taken = new Taken(client.snapshot(), System.nanoTime());
            last = taken;
        }
        return taken.snapshot();
    }
}
