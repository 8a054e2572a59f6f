package io.dflockd.client;

import io.dflockd.embedded.EmbeddedDflockdServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What to do with a wait whose caller has gone: let it run out in the background, or close its connection? Not a test: 64
 * threads want one key over TLS, each patient for 300 ms, and dials, ghosts and the time from a release to the next holder
 * are counted for both ways. Arguments: seconds per way (60), rounds (2).
 */
final class WithdrawalExperiment {

    private static final int THREADS = 64;

    private WithdrawalExperiment() {}

    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 60;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        for (int round = 0; round < rounds; round++) {
            run("drain", Duration.ofMillis(1500), seconds);
            run("close", Duration.ofMillis(-1), seconds);
        }
    }

    private static void run(String way, Duration drain, int seconds) throws Exception {
        Tls tls = Tls.forLoopback();
        Counters counters = new Counters();
        try (EmbeddedDflockdServer server =
                        EmbeddedDflockdServer.builder().tls(tls.server()).start();
                DflockdClient client = DflockdClient.builder()
                        .servers(server.address())
                        .sslContext(tls.client())
                        .withdrawalDrain(drain)
                        .listener(counters)
                        .build()) {
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Thread thread = new Thread(() -> work(client, end, counters));
                thread.start();
                threads.add(thread);
            }
            long ghosts = 0;
            long samples = 0;
            while (System.nanoTime() < end) {
                Thread.sleep(20);
                long waiting = client.snapshot().waiting().size();
                ghosts += Math.max(0, server.view().waiters("key").size() - waiting);
                samples++;
            }
            for (Thread thread : threads) {
                thread.join();
            }
            long[] gaps =
                    counters.gaps.stream().mapToLong(Long::longValue).sorted().toArray();
            System.out.printf(
                    "%s: %d acquired, %d timed out, %d failed, %d dials, %.1f waiters without a caller on average,"
                            + " release to next holder p50 %.1f ms p99 %.1f ms max %.1f ms%n",
                    way,
                    counters.acquired.get(),
                    counters.timedOut.get(),
                    counters.failed.get(),
                    counters.dials.get(),
                    (double) ghosts / samples,
                    at(gaps, 0.5),
                    at(gaps, 0.99),
                    at(gaps, 1));
        }
    }

    private static double at(long[] sorted, double quantile) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)] / 1e6;
    }

    private static void work(DflockdClient client, long end, Counters counters) {
        DistributedLock lock = client.lock("key").withAcquireTimeout(Duration.ofMillis(300));
        while (System.nanoTime() < end) {
            try (LockHandle held = lock.acquire()) {
                long now = System.nanoTime();
                long released = counters.releasedAt.getAndSet(0);
                if (released != 0) {
                    counters.gaps.add(now - released);
                }
                counters.acquired.incrementAndGet();
                Thread.sleep(ThreadLocalRandom.current().nextInt(5, 25));
                counters.releasedAt.set(System.nanoTime());
            } catch (LockTimeoutException ex) {
                counters.timedOut.incrementAndGet();
            } catch (DflockdException | InterruptedException ex) {
                counters.failed.incrementAndGet();
            }
        }
    }

    private static final class Counters implements DflockdClientListener {

        private final AtomicLong acquired = new AtomicLong();

        private final AtomicLong timedOut = new AtomicLong();

        private final AtomicLong failed = new AtomicLong();

        private final AtomicLong dials = new AtomicLong();

        private final AtomicLong releasedAt = new AtomicLong();

        private final ConcurrentLinkedQueue<Long> gaps = new ConcurrentLinkedQueue<>();

        @Override
        public void connected(ServerAddress server, boolean reconnect) {
            dials.incrementAndGet();
        }
    }
}
