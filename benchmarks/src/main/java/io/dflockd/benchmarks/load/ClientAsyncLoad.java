package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.measure.Latencies;
import io.dflockd.benchmarks.measure.Span;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.LockHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The client's asynchronous verbs, a number of chains in flight, on its default executor. */
record ClientAsyncLoad() implements Mode.Load {

    @Override
    public Summary run(Plan plan) throws Exception {
        try (DflockdClient client =
                DflockdClient.builder().servers(plan.servers()).build()) {
            List<Latencies> times = new ArrayList<>();
            List<Chain> chains = new ArrayList<>();
            for (int i = 0; i < plan.inFlight(); i++) {
                DistributedLock lock = client.lock(Plan.key(i));
                lock.acquire().close();
                Latencies latencies = new Latencies(plan.rounds());
                times.add(latencies);
                chains.add(new Chain(lock, latencies, plan.rounds()));
            }
            Span begin = Span.begin();
            chains.forEach(Chain::next);
            for (Chain chain : chains) {
                chain.end.get(10, TimeUnit.MINUTES);
            }
            return Latencies.summarize(times, begin.end());
        }
    }

    /** Pair after pair; the futures hand its fields from continuation to continuation. */
    private static final class Chain {

        final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

        private final DistributedLock lock;

        private final Latencies latencies;

        private int left;

        private long before;

        Chain(DistributedLock lock, Latencies latencies, int rounds) {
            this.lock = lock;
            this.latencies = latencies;
            this.left = rounds;
        }

        void next() {
            if (left-- == 0) {
                end.complete(null);
                return;
            }
            before = System.nanoTime();
            var unused = lock.acquireAsync()
                    .thenCompose(LockHandle::releaseAsync)
                    .whenComplete((confirmed, failure) -> ended(failure));
        }

        private void ended(@Nullable Throwable failure) {
            latencies.add(System.nanoTime() - before);
            if (failure != null) {
                end.completeExceptionally(failure);
            } else {
                next();
            }
        }
    }
}
