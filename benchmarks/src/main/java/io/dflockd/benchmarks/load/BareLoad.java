package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.measure.Latencies;
import io.dflockd.benchmarks.measure.Span;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.measure.Workers;
import io.dflockd.client.DflockdClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A blocking socket for each worker. With several servers the shared modes use the one of the worker's own key. */
record BareLoad(boolean shared) implements Mode.Load {

    private static final int PATIENCE_SECONDS = 60;

    @Override
    public Summary run(Plan plan) throws Exception {
        List<BareConnection> connections = new ArrayList<>();
        List<Latencies> times = new ArrayList<>();
        List<Workers.Work> works = new ArrayList<>();
        // Only to learn which server a key belongs to; opens nothing.
        try (DflockdClient sharding =
                DflockdClient.builder().servers(plan.servers()).build()) {
            for (int i = 0; i < plan.workers(); i++) {
                String key = Plan.key(i);
                BareConnection connection =
                        new BareConnection(sharding.serverFor(key), key, shared ? PATIENCE_SECONDS : 0);
                Latencies latencies = new Latencies(plan.rounds());
                connections.add(connection);
                times.add(latencies);
                works.add(work(connection, i, latencies, plan));
            }
            Span time = Workers.run(plan.threads(), works);
            return Latencies.summarize(times, time);
        } finally {
            for (BareConnection connection : connections) {
                connection.close();
            }
        }
    }

    private Workers.Work work(BareConnection connection, int number, Latencies latencies, Plan plan) {
        Random random = new Random(number);
        return new Workers.Work() {
            @Override
            public void prepare() throws Exception {
                connection.acquire();
                connection.release();
            }

            @Override
            public void run() throws Exception {
                long before = System.nanoTime();
                for (int i = 0; i < plan.rounds(); i++) {
                    if (shared) {
                        connection.key(Plan.key(random.nextInt(plan.keys())));
                    }
                    connection.acquire();
                    connection.release();
                    long now = System.nanoTime();
                    latencies.add(now - before);
                    before = now;
                }
            }
        };
    }
}
