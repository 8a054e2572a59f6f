package io.dflockd.benchmarks.handover;

import io.dflockd.benchmarks.server.Server;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ServerStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Many waiters of one client that come one after the other: the order in which they are served, and their requests. */
final class Waiters {

    private static final String KEY = "waiters";

    private Waiters() {}

    /**
     * The figures.
     *
     * @param inOrder whether they were served in the order in which they stood in the server's queue
     * @param requestsEach lock requests by acquisition, NaN where the server cannot be asked
     * @param nanos from the release of the first holder until the last waiter has released
     */
    record Result(boolean inOrder, double requestsEach, long nanos) {}

    static Result run(Server server, int waiters) throws Exception {
        try (DflockdClient client = DflockdClient.builder()
                .servers(server.addresses())
                .acquireTimeout(Duration.ofSeconds(60))
                .build()) {
            DistributedLock lock = client.lock(KEY);
            lock.acquire().close();
            long before = requests(server);
            LockHandle first = lock.acquire();
            List<Integer> served = new CopyOnWriteArrayList<>();
            List<CompletableFuture<Boolean>> ends = new ArrayList<>();
            for (int i = 0; i < waiters; i++) {
                int number = i;
                ends.add(lock.acquireAsync().thenCompose(handle -> {
                    served.add(number);
                    return handle.releaseAsync();
                }));
                awaitQueue(client, i + 1);
            }
            long begin = System.nanoTime();
            first.close();
            for (CompletableFuture<Boolean> end : ends) {
                end.get(60, TimeUnit.SECONDS);
            }
            long took = System.nanoTime() - begin;
            double requestsEach = before < 0 ? Double.NaN : (requests(server) - before) / (waiters + 1.0);
            List<Integer> expected = IntStream.range(0, waiters).boxed().toList();
            return new Result(served.equals(expected), requestsEach, took);
        }
    }

    private static void awaitQueue(DflockdClient client, int length) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (queueLength(client) < length) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("waiter " + length + " did not reach the queue within 20 s");
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private static long queueLength(DflockdClient client) throws InterruptedException {
        ServerStats stats = client.stats().values().iterator().next();
        return stats.locks().stream()
                .filter(lock -> lock.key().equals(KEY))
                .mapToLong(ServerStats.Lock::waiters)
                .sum();
    }

    /** Requests about locks; the asking for the queue's length is not one. */
    private static long requests(Server server) throws Exception {
        Map<String, Long> counts = server.commandCounts();
        return counts.isEmpty()
                ? -1
                : counts.getOrDefault("l", 0L) + counts.getOrDefault("r", 0L) + counts.getOrDefault("n", 0L);
    }
}
