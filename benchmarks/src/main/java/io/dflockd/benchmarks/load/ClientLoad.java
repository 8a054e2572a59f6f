package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.measure.Latencies;
import io.dflockd.benchmarks.measure.Span;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.measure.Workers;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ReleaseMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The client's blocking verbs from many threads. */
record ClientLoad(boolean shared, ReleaseMode release) implements Mode.Load {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public Summary run(Plan plan) throws Exception {
        List<Latencies> times = new ArrayList<>();
        List<Workers.Work> works = new ArrayList<>();
        try (DflockdClient client = DflockdClient.builder()
                .servers(plan.servers())
                .acquireTimeout(PATIENCE)
                .release(release)
                .build()) {
            for (int i = 0; i < plan.workers(); i++) {
                Latencies latencies = new Latencies(plan.rounds());
                times.add(latencies);
                works.add(work(client, i, latencies, plan));
            }
            Span time = Workers.run(plan.threads(), works);
            return Latencies.summarize(times, time);
        }
    }

    private Workers.Work work(DflockdClient client, int number, Latencies latencies, Plan plan) {
        DistributedLock own = client.lock(Plan.key(number));
        Random random = new Random(number);
        return new Workers.Work() {
            @Override
            public void prepare() throws Exception {
                own.acquire().close();
            }

            @Override
            public void run() throws Exception {
                long before = System.nanoTime();
                for (int i = 0; i < plan.rounds(); i++) {
                    DistributedLock lock = shared ? client.lock(Plan.key(random.nextInt(plan.keys()))) : own;
                    LockHandle handle = lock.acquire();
                    if (!handle.release()) {
                        throw new IllegalStateException("the release of " + handle + " failed");
                    }
                    long now = System.nanoTime();
                    latencies.add(now - before);
                    before = now;
                }
            }
        };
    }
}
