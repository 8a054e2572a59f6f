package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The verbs of locks and semaphores, against any server. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class LockIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void acquiresAndReleases() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle handle = client.lock("k").acquire();
        assertThat(handle.isHeld()).isTrue();
        assertThat(handle.state()).isEqualTo(LockHandle.State.HELD);
        assertThat(handle.key()).isEqualTo("k");
        assertThat(handle.server()).isEqualTo(ServerAddress.parse(server.address()));
        assertThat(handle.token()).matches("[0-9a-f]{32}");
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(33));
        boolean numbered = ServerState.abilities(client).fences() == ServerAbilities.Fences.IN_FIELD;
        assertThat(handle.fence()).isEqualTo(numbered ? OptionalLong.of(1) : OptionalLong.empty());
        assertThat(handle.lossReason()).isEmpty();
        assertThat(handle.remainingLease())
                .as("the server's read timeout is nearer than the lease")
                .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(23));
        assertThat(server.view().holders("k")).hasSize(1);
        assertThat(handle.release()).isTrue();
        assertThat(handle.release()).isTrue();
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
        assertThat(handle.remainingLease()).isZero();
    }

    @Test
    void defaultsAreThoseOfTheSeed() throws Exception {
        try (DflockdClient client = DflockdClient.builder().build()) {
            assertThat(client.servers()).containsExactly(new ServerAddress("127.0.0.1", 6388));
            assertThat(client.isClosed()).isFalse();
        }
    }

    @Test
    void tryOfABusyLockIsEmptyAtOnce() throws Exception {
        String key = servers.key();
        DflockdClient other = servers.client();
        try (LockHandle held = servers.client().lock(key).acquire()) {
            assertThat(other.lock(key).tryAcquire()).isEmpty();
            assertThat(other.lock(key).tryAcquire(Duration.ZERO)).isEmpty();
            assertThat(other.lock(key).tryAcquire(Duration.ofSeconds(-1))).isEmpty();
            assertThat(other.lock(key).tryAcquireAsync().get(20, TimeUnit.SECONDS))
                    .isEmpty();
            assertThat(held.isHeld()).isTrue();
        }
        Optional<LockHandle> now = other.lock(key).tryAcquire();
        assertThat(now).isPresent();
        now.get().close();
    }

    @Test
    void waiterGetsTheLockWhenItIsReleased() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle held = client.lock(key).acquire();
        CompletableFuture<LockHandle> waiting = servers.client().lock(key).acquireAsync();
        ServerState.awaitWaiters(client, key, 1);
        assertThat(waiting).isNotDone();
        held.close();
        try (LockHandle granted = waiting.get(20, TimeUnit.SECONDS)) {
            assertThat(granted.isHeld()).isTrue();
            assertThat(held.isHeld()).isFalse();
        }
    }

    @Test
    void acquireTimesOutByTheCallersClock() throws Exception {
        String key = servers.key();
        DflockdClient other = servers.client();
        other.connect();
        try (LockHandle held = servers.client().lock(key).acquire()) {
            long before = System.nanoTime();
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> other.lock(key)
                            .withAcquireTimeout(Duration.ofMillis(400))
                            .acquire())
                    .withMessageContaining(key)
                    .withMessageContaining("PT0.4S");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> other.lock(key)
                            .withAcquireTimeout(Duration.ofMillis(400))
                            .acquireAsync()
                            .get(20, TimeUnit.SECONDS))
                    .withCauseInstanceOf(LockTimeoutException.class);
            assertThat(held.isHeld()).isTrue();
            await().atMost(SOON).until(() -> ServerState.waiters(other, key) == 0);
        }
    }

    @Test
    void acquireTimeoutOfNothingIsATryThatThrows() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        DistributedLock lock = client.lock(key).withAcquireTimeout(Duration.ZERO);
        try (LockHandle held = lock.acquire()) {
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(lock::acquire)
                    .withMessageContaining("was busy")
                    .withMessageNotContaining("PT0S");
            assertThat(held.isHeld()).isTrue();
        }
    }

    @Test
    void semaphoreLetsInAsManyAsItsLimit() throws Exception {
        DistributedSemaphore pool = servers.client().semaphore(servers.key(), 2);
        assertThat(pool.limit()).isEqualTo(2);
        LockHandle first = pool.acquire();
        LockHandle second = pool.acquire();
        assertThat(first.token()).isNotEqualTo(second.token());
        assertThat(pool.tryAcquire(Duration.ofMillis(400))).isEmpty();
        first.close();
        try (LockHandle third = pool.tryAcquire(Duration.ofSeconds(5)).orElseThrow()) {
            assertThat(third.isHeld()).isTrue();
        }
        second.close();
    }

    @Test
    void placeInTheQueueIsHandedOutWhenGranted() throws Exception {
        String key = servers.key();
        LockHandle held = servers.client().lock(key).acquire();
        try (QueuedAcquisition place = servers.client().lock(key).enqueue()) {
            assertThat(place.state()).isEqualTo(QueuedAcquisition.State.QUEUED);
            assertThat(place.key()).isEqualTo(key);
            held.close();
            try (LockHandle granted = place.await(Duration.ofSeconds(5))) {
                assertThat(granted.isHeld()).isTrue();
                assertThat(place.state()).isEqualTo(QueuedAcquisition.State.HANDED_OUT);
            }
        }
    }

    @Test
    void lockIsAnImmutableDescription() throws Exception {
        DflockdClient client = servers.client();
        DistributedLock lock = client.lock(servers.key());
        DistributedLock other =
                lock.withLease(Duration.ofSeconds(7)).withName("jobs").withAcquireTimeout(Duration.ofSeconds(1));
        assertThat(lock.name()).isNull();
        assertThat(other.name()).isEqualTo("jobs");
        assertThat(other.key()).isEqualTo(lock.key());
        try (LockHandle handle = other.acquire()) {
            assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(7));
        }
        try (LockHandle handle = lock.acquire()) {
            assertThat(handle.lease()).isNotEqualTo(Duration.ofSeconds(7));
        }
    }

    @Test
    void statsShowWhatIsHeldAndWhoWaits() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        try (LockHandle held = client.lock(key).acquire()) {
            CompletableFuture<LockHandle> waiting = client.lock(key).acquireAsync();
            ServerState.awaitWaiters(client, key, 1);
            ServerStats stats = client.stats().get(held.server());
            assertThat(stats.connections()).isPositive();
            assertThat(stats.locks().stream().filter(lock -> lock.key().equals(key)))
                    .singleElement()
                    .satisfies(lock -> {
                        assertThat(lock.fence()).isEqualTo(held.fence());
                        assertThat(lock.waiters()).isEqualTo(1);
                        assertThat(lock.leaseRemaining()).isPositive();
                    });
            waiting.cancel(true);
        }
        await().atMost(SOON)
                .until(() ->
                        client.lock(key).tryAcquire().map(LockHandle::release).orElse(false));
        assertThat(client.stats().values().iterator().next().idleLocks())
                .extracting(ServerStats.Idle::key)
                .contains(key);
    }

    @Test
    void snapshotShowsWhatThisClientHoldsAndWaitsFor() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle held = client.lock(key).withName("jobs").acquire();
        CompletableFuture<LockHandle> waiting = client.lock(key).acquireAsync();
        ServerState.awaitWaiters(client, key, 1);
        ClientSnapshot snapshot = client.snapshot();
        assertThat(snapshot.held()).singleElement().satisfies(one -> {
            assertThat(one.key()).isEqualTo(key);
            assertThat(one.name()).isEqualTo("jobs");
            assertThat(one.remainingLease()).isPositive();
        });
        assertThat(snapshot.waiting()).extracting(ClientSnapshot.Waiting::key).containsExactly(key);
        assertThat(snapshot.connections().get(held.server())).isEqualTo(3);
        held.close();
        waiting.get(20, TimeUnit.SECONDS).close();
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(client.snapshot().held()).isEmpty();
            assertThat(client.snapshot().waiting()).isEmpty();
        });
    }

    @Test
    void interruptedThreadGetsNothingAndItsFlagIsCleared() throws Exception {
        DistributedLock lock = servers.client().lock(servers.key());
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(lock::acquire);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        lock.acquire().close();
    }

    @Test
    void closedClientRefusesWithATypeOfItsOwn() throws Exception {
        DflockdClient client = servers.client();
        DistributedLock lock = client.lock(servers.key());
        LockHandle handle = lock.acquire();
        client.close();
        client.close();
        assertThat(client.isClosed()).isTrue();
        assertThat(handle.lossReason()).contains(LossReason.CLIENT_CLOSED);
        assertThatExceptionOfType(ClientClosedException.class).isThrownBy(lock::acquire);
        assertThatExceptionOfType(ClientClosedException.class).isThrownBy(lock::tryAcquire);
        assertThatExceptionOfType(ClientClosedException.class).isThrownBy(lock::enqueue);
        assertThatExceptionOfType(ClientClosedException.class).isThrownBy(client::stats);
        assertThatExceptionOfType(ClientClosedException.class).isThrownBy(client::connect);
        assertThat(client.snapshot().held()).isEmpty();
        assertThat(handle.release()).isFalse();
        assertThat(handle.renewAsync().get(20, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void closeFailsThoseWhoWait() throws Exception {
        String key = servers.key();
        LockHandle held = servers.client().lock(key).acquire();
        DflockdClient client = servers.client();
        CompletableFuture<LockHandle> waiting = client.lock(key).acquireAsync();
        ServerState.awaitWaiters(client, key, 1);
        client.close();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
                .withCauseInstanceOf(ClientClosedException.class);
        held.close();
    }

    @Test
    void closeThatDrainsWaitsForHeldHandlesAndRefusesNewOnes() throws Exception {
        DflockdClient client = servers.client();
        LockHandle held =
                client.lock(servers.key()).withLease(Duration.ofSeconds(3)).acquire();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> client.close(Duration.ofSeconds(30)));
        await().atMost(SOON).until(client::isClosed);
        await().during(Duration.ofSeconds(4)).atMost(SOON).until(() -> held.isHeld() && !closing.isDone());
        assertThatExceptionOfType(ClientClosedException.class)
                .isThrownBy(() -> client.lock(servers.key()).acquire());
        assertThat(held.release())
                .as("confirmed, as the connection is still there")
                .isTrue();
        closing.get(20, TimeUnit.SECONDS);
    }

    /** However far the close has come. */
    @Test
    void clientThatSaysItIsClosedGrantsNothing() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicBoolean stops = new AtomicBoolean();
        DflockdClient client = servers.client(settings -> settings.ticker(() -> {
            if (stops.get() && Thread.currentThread().getName().startsWith("dflockd-loop")) {
                stopped.countDown();
                assertThatCode(goOn::await).doesNotThrowAnyException();
            }
            return System.nanoTime();
        }));
        String busy = servers.key();
        LockHandle held = servers.client().lock(busy).acquire();
        client.connect();
        stops.set(true);
        CompletableFuture<LockHandle> first = client.lock(busy).acquireAsync();
        stopped.await();
        Thread closer = new Thread(client::close);
        closer.start();
        await().until(client::isClosed);
        List<CompletableFuture<?>> late = List.of(
                client.lock(servers.key()).acquireAsync(),
                client.semaphore(servers.key(), 2).tryAcquireAsync(),
                client.lock(servers.key()).enqueueAsync());
        try {
            assertThat(late)
                    .allSatisfy(refused -> assertThat(refused)
                            .failsWithin(Duration.ZERO)
                            .withThrowableOfType(ExecutionException.class)
                            .withCauseInstanceOf(ClientClosedException.class));
        } finally {
            goOn.countDown();
        }
        closer.join();
        assertThat(first)
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ClientClosedException.class);
        held.close();
    }

    @Test
    void closeThatDrainsForEverReturnsAtOnceWhereNothingIsHeld() throws Exception {
        DflockdClient client = servers.client();
        client.lock(servers.key()).acquire().close();
        client.close(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void closeThatDrainsLosesWhatIsHeldAtTheEndOfTheTime() throws Exception {
        DflockdClient client = servers.client();
        LockHandle held = client.lock(servers.key()).acquire();
        client.close(Duration.ofMillis(300));
        assertThat(held.lossReason()).contains(LossReason.CLIENT_CLOSED);
    }

    @Test
    void interruptEndsTheDrainingOfAClose() throws Exception {
        DflockdClient client = servers.client();
        LockHandle held = client.lock(servers.key()).acquire();
        Thread.currentThread().interrupt();
        client.close(Duration.ofSeconds(50));
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(held.lossReason()).contains(LossReason.CLIENT_CLOSED);
    }

    @Test
    void closeReleasesByNameWithoutAutoRelease() throws Exception {
        TestServer server = servers.start(settings -> settings.autoReleaseOnDisconnect(false));
        DflockdClient client = servers.client(settings -> settings.serverAutoRelease(false));
        List<LockHandle> handles = List.of(
                client.lock("a").acquire(),
                client.lock("b").acquire(),
                client.semaphore("s", 2).acquire());
        client.close();
        assertThat(handles).noneMatch(LockHandle::isHeld);
        server.await(view -> view.isQuiet(), SOON);
        assertThat(server.view().count("r") + server.view().count("sr")).isEqualTo(3);
    }
}
