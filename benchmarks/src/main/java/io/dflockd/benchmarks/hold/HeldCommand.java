package io.dflockd.benchmarks.hold;

import io.dflockd.benchmarks.measure.ClientThreads;
import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.server.Server;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code held}: many locks held for a while: threads, connections, heap, renewals and processor time. */
public final class HeldCommand {

    /** After this the threads that the acquiring needed have gone. */
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(4);

    private HeldCommand() {}

    /**
     * The figures.
     *
     * @param locks how many were held
     * @param threads of the client at the end
     * @param connections of the client at the end
     * @param heapBytes heap for each lock: the client's share, the handle and the key included
     * @param renewalsPerSecond as the server counted them; NaN if it cannot be asked
     * @param cpuShare of one core, all threads of the client together
     * @param lost handles that were not held any more at the end
     */
    public record Result(
            int locks,
            Map<Long, String> threads,
            Map<?, Integer> connections,
            double heapBytes,
            double renewalsPerSecond,
            double cpuShare,
            long lost) {

        /** The renewals per second as text. */
        public String renewals() {
            return Double.isNaN(renewalsPerSecond) ? "uncounted" : String.format("%.0f", renewalsPerSecond);
        }
    }

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        int[] sizes = options.numbers("locks", "10000");
        Duration time = options.seconds("seconds", 60);
        try (Server server = Server.of(options, 2 * Arrays.stream(sizes).max().orElse(10_000) + 1000)) {
            options.done();
            for (int locks : sizes) {
                print(measure(server, locks, time), out);
            }
        }
    }

    /** Holds as many locks for a time, with the client's defaults. */
    public static Result measure(Server server, int locks, Duration time) throws Exception {
        ClientThreads threads = ClientThreads.since();
        try (DflockdClient client =
                DflockdClient.builder().servers(server.addresses()).build()) {
            acquire(client, "warm-up:", 100).forEach(LockHandle::close);
            long empty = usedHeap();
            List<LockHandle> handles = acquire(client, "held:", locks);
            TimeUnit.NANOSECONDS.sleep(Math.min(time.toNanos(), SETTLE_NANOS));
            double heap = (usedHeap() - empty) / (double) locks;

            long renewals = renewals(server);
            long cpu = threads.cpuNanos();
            long begin = System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
            long took = System.nanoTime() - begin;
            double share = (threads.cpuNanos() - cpu) / (double) took;
            double perSecond = renewals < 0 ? Double.NaN : (renewals(server) - renewals) * 1e9 / took;

            Map<Long, String> names = threads.names();
            Map<?, Integer> connections = client.snapshot().connections();
            long lost = handles.stream().filter(handle -> !handle.isHeld()).count();
            List<CompletableFuture<Boolean>> released =
                    handles.stream().map(LockHandle::releaseAsync).toList();
            for (CompletableFuture<Boolean> each : released) {
                each.get(30, TimeUnit.SECONDS);
            }
            return new Result(locks, names, connections, heap, perSecond, share, lost);
        }
    }

    private static List<LockHandle> acquire(DflockdClient client, String prefix, int count) throws Exception {
        List<LockHandle> handles = new ArrayList<>(count);
        List<CompletableFuture<LockHandle>> batch = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            batch.add(client.lock(prefix + i).acquireAsync());
            if (batch.size() == 200 || i == count - 1) {
                for (CompletableFuture<LockHandle> each : batch) {
                    handles.add(each.get(30, TimeUnit.SECONDS));
                }
                batch.clear();
            }
        }
        return handles;
    }

    private static long renewals(Server server) throws Exception {
        Map<String, Long> counts = server.commandCounts();
        return counts.isEmpty() ? -1 : counts.getOrDefault("n", 0L);
    }

    private static long usedHeap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static void print(Result result, PrintStream out) {
        out.printf(
                "%,d locks held: %d threads %s, connections %s, %.0f bytes of heap each, %s renewals/s,"
                        + " %.2f %% of one core, %d lost%n",
                result.locks(),
                result.threads().size(),
                result.threads().values(),
                result.connections(),
                result.heapBytes(),
                result.renewals(),
                result.cpuShare() * 100,
                result.lost());
    }
}
