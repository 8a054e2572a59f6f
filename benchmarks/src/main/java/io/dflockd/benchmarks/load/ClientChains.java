package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.measure.Latencies;
import io.dflockd.benchmarks.measure.Span;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ServerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's asynchronous verbs, a number of chains in flight, on its default executor. A client for each loop of the
 * {@link Stripes}: several clients stand for one with several loops.
 */
final class ClientChains implements AutoCloseable {

    private final List<DflockdClient> clients = new ArrayList<>();

    private final List<Latencies> times = new ArrayList<>();

    private final List<Chain> chains = new ArrayList<>();

    /** Connects, and warms the connections with one pair of each chain. */
    ClientChains(Plan plan, Stripes stripes) throws InterruptedException {
        try {
            for (List<String> keys : stripes.keysOfLoops(plan.inFlight())) {
                DflockdClient client =
                        DflockdClient.builder().servers(servers(plan, stripes)).build();
                clients.add(client);
                for (String key : keys) {
                    DistributedLock lock = client.lock(key);
                    lock.acquire().close();
                    Latencies latencies = new Latencies(plan.rounds());
                    times.add(latencies);
                    chains.add(new Chain(lock, latencies, plan.rounds()));
                }
            }
        } catch (RuntimeException | InterruptedException ex) {
            close();
            throw ex;
        }
    }

    private static List<ServerAddress> servers(Plan plan, Stripes stripes) {
        return stripes.equals(Stripes.ONE)
                ? plan.servers()
                : stripes.namesOf(plan.servers().get(0));
    }

    /** Does the load, once. */
    Summary run() throws Exception {
        Span begin = Span.begin();
        chains.forEach(Chain::next);
        for (Chain chain : chains) {
            chain.end.get(10, TimeUnit.MINUTES);
        }
        return Latencies.summarize(times, begin.end());
    }

    @Override
    public void close() {
        clients.forEach(DflockdClient::close);
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
