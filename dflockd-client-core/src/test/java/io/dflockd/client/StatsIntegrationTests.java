package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Stats end in time, whatever the client is busy with, and a slow server costs the others nothing. Two
 * servers: keys that begin with {@code slow} are on the first, others on the second.
 */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class StatsIntegrationTests {

    /** More than a client has threads that may block. */
    private static final int DIALS = 16;

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private final CountDownLatch go = new CountDownLatch(1);

    /** How many of the next calls block; a call is one dial of either server. */
    private final AtomicInteger callsThatBlock = new AtomicInteger();

    private final CountDownLatch blocked = new CountDownLatch(1);

    private TestServer healthy;

    private DflockdClient client;

    private String token() {
        if (callsThatBlock.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
            blocked.countDown();
            try {
                go.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        }
        return "t";
    }

    /** Connects to both servers; from then on so many calls of the supplier block, all for the first server. */
    private void blockSupplier(int calls) throws Exception {
        TestServer slow = servers.start(settings -> settings.authToken("t"));
        healthy = servers.start(settings -> settings.authToken("t"));
        client = servers.client(settings -> settings.servers(slow.address(), healthy.address())
                .sharding((key, count) -> key.startsWith("slow") ? 0 : 1)
                .requestTimeout(Duration.ofSeconds(1))
                .authToken(this::token));
        client.connect();
        client.stats();
        callsThatBlock.set(calls);
        for (int i = 0; i < DIALS; i++) {
            client.lock("slow" + i).enqueueAsync();
        }
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private CompletableFuture<ServerStats> stats() {
        return client.statsAsync(client.servers().get(1));
    }

    @AfterEach
    void unblock() {
        go.countDown();
    }

    // --- one server does not block another

    @Test
    void statsOfAnotherServerAreReadWhileASupplierBlocks() throws Exception {
        blockSupplier(DIALS);
        assertThat(stats().get(10, TimeUnit.SECONDS).connections()).isPositive();
    }

    @Test
    void anotherServerIsDialledWhileASupplierBlocksForTheFirst() throws Exception {
        blockSupplier(DIALS);
        LockHandle held = client.lock("busy").acquire();
        callsThatBlock.set(0);
        CompletableFuture<LockHandle> waiting = client.lock("busy").acquireAsync();
        healthy.await(view -> view.waiters("busy").size() == 1, Duration.ofSeconds(10));
        held.close();
        waiting.get(10, TimeUnit.SECONDS).close();
    }

    // --- they end in time

    @Test
    void statsEndWithinTheirTimeoutWhileASupplierBlocks() throws Exception {
        blockSupplier(DIALS);
        assertThat(stats().handle((stats, failure) -> "ended").get(10, TimeUnit.SECONDS))
                .isEqualTo("ended");
    }

    @Test
    void statsThatAreBeingReadEndWithTheClient() throws Exception {
        blockSupplier(DIALS);
        CompletableFuture<ServerStats> stats = stats();
        healthy.await(view -> view.count("stats") == 2, SOON);
        CompletableFuture.runAsync(client::close);
        assertThat(stats.handle((read, failure) -> "ended").get(5, TimeUnit.SECONDS))
                .isEqualTo("ended");
    }

    /** Asks for stats that are too big for its heap, then for small ones. */
    static final class SmallHeap {

        public static void main(String[] args) throws Exception {
            try (DflockdClient client = DflockdClient.builder()
                    .servers(args[0])
                    .requestTimeout(Duration.ofSeconds(20))
                    .build()) {
                LockHandle held = client.lock("held").acquire();
                for (int i = 0; i < 2; i++) {
                    String outcome = client.statsAsync(client.servers().get(0))
                            .handle((stats, failure) -> failure == null ? "read" : "failed")
                            .completeOnTimeout("not completed", 30, TimeUnit.SECONDS)
                            .get();
                    System.out.println(outcome);
                }
                System.out.println("held " + held.isHeld());
            }
        }
    }

    @Test
    void statsThatDoNotFitIntoTheHeapFail() throws Exception {
        TestServer server = servers.start();
        server.faults()
                .inject(Fault.hugeStats(16 << 20), FaultTarget.command("stats").times(1));
        ChildJvm child =
                ChildJvm.start(SmallHeap.class, List.of("-Xmx64m", "-XX:MaxDirectMemorySize=256m"), server.address());
        try {
            assertThat(child.linesUntilEnd(Duration.ofSeconds(60)))
                    .filteredOn(line -> !line.contains("WARN"))
                    .endsWith("failed", "read", "held true");
        } finally {
            child.kill();
        }
    }

    // --- the limit of a semaphore is looked up in the stats

    private CompletableFuture<LockHandle> askWithAnotherLimit() throws Exception {
        TestServer server = servers.start();
        client = servers.client(server);
        client.semaphore("k", 2).acquire();
        server.faults().inject(Fault.ignore(), FaultTarget.command("stats"));
        return client.semaphore("k", 3)
                .tryAcquireAsync(Duration.ofMillis(100))
                .thenApply(granted -> granted.orElse(null));
    }

    @Test
    void limitMismatchIsReportedInTimeWithoutStats() throws Exception {
        CompletableFuture<LockHandle> asked = askWithAnotherLimit();
        assertThat(asked.handle((granted, failure) -> failure).get(4, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(SemaphoreLimitMismatchException.class);
    }

    @Test
    void limitMismatchOfAWaitIsReportedInTimeWithoutStats() throws Exception {
        askWithAnotherLimit();
        CompletableFuture<LockHandle> asked = client.semaphore("k", 3)
                .withAcquireTimeout(Duration.ofSeconds(1))
                .acquireAsync();
        try {
            asked.get(4, TimeUnit.SECONDS).close();
        } catch (ExecutionException ex) {
            assertThat(ex).hasCauseInstanceOf(SemaphoreLimitMismatchException.class);
        }
        assertThat(asked).isCompletedExceptionally();
    }
}
