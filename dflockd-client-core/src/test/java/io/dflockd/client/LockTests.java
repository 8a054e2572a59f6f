package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.embedded.EmbeddedDflockdServer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LockTests {

    private EmbeddedDflockdServer server;

    private DflockdClient client;

    private DflockdClient other;

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedDflockdServer.builder().start();
        client = DflockdClient.builder().servers(server.address()).build();
        other = DflockdClient.builder().servers(server.address()).build();
    }

    @AfterEach
    void stop() {
        client.close();
        other.close();
        server.close();
    }

    @Test
    void acquiresAndReleases() throws Exception {
        LockHandle handle = client.lock("k").acquire();
        assertThat(handle.isHeld()).isTrue();
        assertThat(handle.token()).matches("[0-9a-f]{32}");
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(33));
        assertThat(handle.fence()).hasValue(1);
        assertThat(handle.remainingLease()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(23));
        assertThat(server.view().holders("k")).hasSize(1);
        assertThat(handle.release()).isTrue();
        assertThat(handle.release()).isTrue();
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
        server.awaitQuiet(Duration.ofSeconds(5));
    }

    @Test
    void tryOfABusyLockIsEmptyAtOnce() throws Exception {
        try (LockHandle held = client.lock("k").acquire()) {
            assertThat(other.lock("k").tryAcquire()).isEmpty();
            assertThat(held.isHeld()).isTrue();
        }
        Optional<LockHandle> now = other.lock("k").tryAcquire();
        assertThat(now).isPresent();
        now.get().close();
    }

    @Test
    void waiterGetsTheLockWhenItIsReleased() throws Exception {
        LockHandle held = client.lock("k").acquire();
        CompletableFuture<LockHandle> waiting = other.lock("k").acquireAsync();
        server.await(view -> view.waiters("k").size() == 1, Duration.ofSeconds(5));
        assertThat(waiting).isNotDone();
        held.close();
        try (LockHandle granted = waiting.get(5, TimeUnit.SECONDS)) {
            assertThat(granted.isHeld()).isTrue();
            assertThat(held.isHeld()).isFalse();
        }
        server.awaitQuiet(Duration.ofSeconds(5));
    }

    @Test
    void acquireTimesOutByTheCallersClock() throws Exception {
        try (LockHandle held = client.lock("k").acquire()) {
            long before = System.nanoTime();
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> other.lock("k")
                            .withAcquireTimeout(Duration.ofMillis(300))
                            .acquire())
                    .withMessageContaining("'k'");
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isBetween(Duration.ofMillis(300), Duration.ofMillis(900));
            assertThat(held.isHeld()).isTrue();
            server.await(view -> view.waiters("k").isEmpty(), Duration.ofSeconds(5));
        }
        server.awaitQuiet(Duration.ofSeconds(5));
    }

    @Test
    void semaphoreLetsInAsManyAsItsLimit() throws Exception {
        DistributedSemaphore pool = client.semaphore("pool", 2);
        LockHandle first = pool.acquire();
        LockHandle second = pool.acquire();
        assertThat(pool.tryAcquire(Duration.ofMillis(100))).isEmpty();
        first.close();
        try (LockHandle third = pool.tryAcquire(Duration.ofSeconds(5)).orElseThrow()) {
            assertThat(third.isHeld()).isTrue();
        }
        second.close();
        server.awaitQuiet(Duration.ofSeconds(5));
    }

    @Test
    void placeInTheQueueIsHandedOutWhenGranted() throws Exception {
        LockHandle held = client.lock("k").acquire();
        try (QueuedAcquisition place = other.lock("k").enqueue()) {
            assertThat(place.state()).isEqualTo(QueuedAcquisition.State.QUEUED);
            held.close();
            try (LockHandle granted = place.await(Duration.ofSeconds(5))) {
                assertThat(granted.isHeld()).isTrue();
                assertThat(place.state()).isEqualTo(QueuedAcquisition.State.HANDED_OUT);
            }
        }
        server.awaitQuiet(Duration.ofSeconds(5));
    }

    @Test
    void statsShowWhatIsHeld() throws Exception {
        try (LockHandle held = client.lock("k").acquire()) {
            ServerStats stats = client.stats().values().iterator().next();
            assertThat(stats.locks()).singleElement().satisfies(lock -> {
                assertThat(lock.key()).isEqualTo("k");
                assertThat(lock.fence()).isEqualTo(held.fence());
            });
        }
    }
}
