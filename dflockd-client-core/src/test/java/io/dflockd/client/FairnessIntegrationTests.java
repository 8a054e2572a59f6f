package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.testserver.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Waiters are served in the order in which the server's queue took them, and the dead ones delay nobody. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class FairnessIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void waitersAreServedInTheOrderOfTheQueue() throws Exception {
        String key = servers.key();
        DflockdClient first = servers.client();
        DflockdClient second = servers.client();
        LockHandle held = first.lock(key).acquire();
        List<Integer> served = new CopyOnWriteArrayList<>();
        List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            int number = i;
            waiting.add((i % 2 == 0 ? first : second)
                    .lock(key)
                    .withAcquireTimeout(Duration.ofSeconds(40))
                    .acquireAsync()
                    .thenCompose(handle -> {
                        served.add(number);
                        return handle.releaseAsync();
                    }));
            ServerState.awaitWaiters(first, key, i + 1);
        }
        held.close();
        for (CompletableFuture<Boolean> one : waiting) {
            assertThat(one.get(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(served).isSorted().hasSize(32);
    }

    @Test
    void acquisitionThatWaitsTakesAtMostThreeRequests() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle held = client.lock("k").acquire();
        List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            waiting.add(client.lock("k").acquireAsync().thenCompose(LockHandle::releaseAsync));
        }
        server.await(view -> view.waiters("k").size() == 32, SOON);
        held.close();
        for (CompletableFuture<Boolean> one : waiting) {
            assertThat(one.get(20, TimeUnit.SECONDS)).isTrue();
        }
        // One of the holder; a try or a sign of life, a wait and a release of each of the others. Those that find the
        // first in the queue make no try. Whoever waited long is renewed besides.
        assertThat(server.view().count("l") + server.view().count("r")).isBetween(2L + 2 * 32, 2L + 3 * 32);
        assertThat(server.view().count("n")).isLessThanOrEqualTo(32);
    }

    @Test
    void clientsThatDieInTheQueueDelayNobodyBehindThem() throws Exception {
        String key = servers.key();
        DflockdClient holder = servers.client();
        DflockdClient living = servers.client();
        LockHandle held = holder.lock(key).acquire();
        List<DflockdClient> dying = new ArrayList<>();
        List<Integer> served = new CopyOnWriteArrayList<>();
        List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            if (i % 5 == 2) {
                DflockdClient client = servers.client();
                dying.add(client);
                client.lock(key).withAcquireTimeout(Duration.ofSeconds(50)).acquireAsync();
            } else {
                waiting.add(living.lock(key)
                        .withAcquireTimeout(Duration.ofSeconds(50))
                        .acquireAsync()
                        .thenCompose(handle -> {
                            served.add(number);
                            return handle.releaseAsync();
                        }));
            }
            ServerState.awaitWaiters(holder, key, number + 1);
        }
        dying.forEach(DflockdClient::close);
        held.close();
        for (CompletableFuture<Boolean> one : waiting) {
            assertThat(one.get(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(served).isSorted().hasSize(40);
    }

    @Test
    void holderThatIsKilledHandsOnAllItsSlotsAtOnce() throws Exception {
        TestServer server = servers.start();
        DflockdClient dying = servers.client(server);
        DistributedSemaphore pool = servers.client(server).semaphore("pool", 3);
        LockHandle first = dying.semaphore("pool", 3).acquire();
        LockHandle second = dying.semaphore("pool", 3).acquire();
        LockHandle other = pool.acquire();
        CompletableFuture<LockHandle> third = pool.acquireAsync();
        CompletableFuture<LockHandle> fourth = pool.acquireAsync();
        server.await(view -> view.waiters("pool").size() == 2, SOON);
        server.faults().reset(server.view().holders("pool").get(0).connectionId());
        LockHandle gotThird = third.get(20, TimeUnit.SECONDS);
        LockHandle gotFourth = fourth.get(20, TimeUnit.SECONDS);
        assertThat(server.view().holders("pool")).hasSize(3);
        assertThat(pool.tryAcquire()).isEmpty();
        org.awaitility.Awaitility.await().atMost(SOON).until(() -> !first.isHeld() && !second.isHeld());
        List.of(other, gotThird, gotFourth).forEach(LockHandle::close);
    }

    @Test
    void semaphoreNeverHasMoreHoldersThanItsLimit() throws Exception {
        String key = servers.key();
        List<DflockdClient> clients = List.of(servers.client(), servers.client(), servers.client());
        java.util.concurrent.atomic.AtomicInteger holders = new java.util.concurrent.atomic.AtomicInteger();
        java.util.concurrent.atomic.AtomicInteger most = new java.util.concurrent.atomic.AtomicInteger();
        List<CompletableFuture<Boolean>> running = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            running.add(clients.get(i % 3)
                    .semaphore(key, 4)
                    .withAcquireTimeout(Duration.ofSeconds(40))
                    .acquireAsync()
                    .thenCompose(handle -> {
                        most.accumulateAndGet(holders.incrementAndGet(), Math::max);
                        holders.decrementAndGet();
                        return handle.releaseAsync();
                    }));
        }
        for (CompletableFuture<Boolean> one : running) {
            assertThat(one.get(40, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(most.get()).isBetween(1, 4);
    }
}
