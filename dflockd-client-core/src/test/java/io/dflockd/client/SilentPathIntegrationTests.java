package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A path that goes silent under a held lock, in real time: the server hangs up after its read timeout of 23 s and hands
 * the lock on, so by then the holder must know that it has lost it.
 */
@Tag("slow")
@Timeout(150)
@Execution(ExecutionMode.CONCURRENT)
class SilentPathIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private enum Silence {
        ONCE_HANDED_OUT,
        AROUND_THE_GRANT
    }

    private record Case(int lease, int waited, Silence silence) {}

    @Test
    void neverDoTwoClientsHoldTheLockWhenThePathGoesSilent() throws Exception {
        List<Case> cases = new ArrayList<>();
        for (Silence silence : Silence.values()) {
            for (int lease : new int[] {33, 60}) {
                for (int waited : new int[] {0, 4, 20}) {
                    cases.add(new Case(lease, waited, silence));
                }
            }
        }
        List<Experiment> experiments = new ArrayList<>();
        for (Case one : cases) {
            experiments.add(
                    new Experiment(one, servers.start(settings -> settings.readTimeout(Duration.ofSeconds(23)))));
        }
        ExecutorService threads = Executors.newFixedThreadPool(experiments.size());
        try {
            List<Future<?>> running = new ArrayList<>();
            for (Experiment experiment : experiments) {
                running.add(threads.submit(experiment::run));
            }
            for (Future<?> one : running) {
                one.get(120, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private final class Experiment {

        private final Case settings;

        private final Relay relay;

        private final DflockdClient behindTheRelay;

        private final DflockdClient before;

        private final DflockdClient next;

        Experiment(Case settings, TestServer server) {
            this.settings = settings;
            this.relay = servers.relay(server);
            this.behindTheRelay = servers.client(relay);
            this.before = servers.client(server);
            this.next = servers.client(server);
        }

        Void run() throws Exception {
            Duration lease = Duration.ofSeconds(settings.lease());
            AtomicReference<LockHandle> first = new AtomicReference<>();
            CompletableFuture<LockHandle> asked = ask(lease);
            asked.thenAccept(first::set);
            if (settings.silence() == Silence.AROUND_THE_GRANT) {
                relay.silence();
            } else {
                first.set(asked.get(20, TimeUnit.SECONDS));
                relay.silence();
                assertThat(first.get().isHeld()).as("%s", settings).isTrue();
            }
            AtomicLong lostAt = new AtomicLong();
            LockHandle handedOut = first.get();
            if (handedOut != null) {
                handedOut.onLost((handle, reason) -> lostAt.set(System.nanoTime()));
            }
            CountDownLatch over = new CountDownLatch(1);
            AtomicLong grantedAt = new AtomicLong();
            CompletableFuture<LockHandle> second = next.lock("k")
                    .withAcquireTimeout(Duration.ofSeconds(90))
                    .acquireAsync()
                    .whenComplete((handle, failure) -> grantedAt.set(System.nanoTime()));
            Future<Long> sampled = sample(first, second, over);
            LockHandle granted = second.get(100, TimeUnit.SECONDS);
            LockHandle lost = first.get();
            boolean heldByBoth = lost != null && lost.isHeld();
            relay.resume();
            TimeUnit.MILLISECONDS.sleep(500);
            assertThat(heldByBoth).as("%s: held by both", settings).isFalse();
            assertThat(granted.isHeld()).as("%s", settings).isTrue();
            over.countDown();
            assertThat(sampled.get())
                    .as("%s: samples in which both held it", settings)
                    .isZero();
            if (handedOut != null) {
                assertThat(lost.lossReason())
                        .as("%s", settings)
                        .hasValueSatisfying(
                                reason -> assertThat(reason).isIn(LossReason.SERVER_SILENT, LossReason.LEASE_EXPIRED));
                await().atMost(SOON).until(() -> lostAt.get() != 0);
                assertThat(lostAt.get() - grantedAt.get())
                        .as("%s: the listener was told before the server handed the lock on", settings)
                        .isNegative();
            }
            granted.close();
            return null;
        }

        private CompletableFuture<LockHandle> ask(Duration lease) throws Exception {
            DistributedLock lock = behindTheRelay.lock("k").withLease(lease).withAcquireTimeout(Duration.ofSeconds(60));
            if (settings.waited() == 0) {
                behindTheRelay.connect();
                return lock.acquireAsync();
            }
            LockHandle held = before.lock("k").acquire();
            CompletableFuture<LockHandle> asked = lock.acquireAsync();
            ServerState.awaitWaiters(before, "k", 1);
            TimeUnit.SECONDS.sleep(settings.waited());
            held.close();
            return asked;
        }

        private Future<Long> sample(
                AtomicReference<LockHandle> first, CompletableFuture<LockHandle> second, CountDownLatch over) {
            CompletableFuture<Long> result = new CompletableFuture<>();
            Thread sampler = new Thread(
                    () -> {
                        long both = 0;
                        while (over.getCount() > 0) {
                            LockHandle then = second.isDone() ? second.join() : null;
                            // In this order: whoever holds it now, held it then.
                            if (then != null && then.isHeld()) {
                                LockHandle earlier = first.get();
                                if (earlier != null && earlier.isHeld()) {
                                    both++;
                                }
                            }
                            LockSupport.parkNanos(1_000_000);
                        }
                        result.complete(both);
                    },
                    "sampler");
            sampler.setDaemon(true);
            sampler.start();
            return result;
        }
    }
}
