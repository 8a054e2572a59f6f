package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.Generation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A place in the queue: kept, renewed, handed out once, and never forgotten. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class TwoPhaseIntegrationTests {

    private static final Duration FIVE = Duration.ofSeconds(5);

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void placeThatIsAcquiredAtOnceIsRenewedWhileNobodyAwaitsIt() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        QueuedAcquisition place =
                client.lock(key).withLease(Duration.ofSeconds(3)).enqueue();
        assertThat(place.state()).isEqualTo(QueuedAcquisition.State.ACQUIRED);
        await().during(Duration.ofSeconds(7))
                .atMost(SOON)
                .until(() -> place.state() == QueuedAcquisition.State.ACQUIRED);
        assertThat(client.lock(key).tryAcquire()).isEmpty();
        LockHandle handle = place.await(FIVE);
        assertThat(handle.isHeld()).isTrue();
        place.close();
        assertThat(handle.isHeld()).as("closing a place that was handed out").isTrue();
        assertThat(handle.release()).isTrue();
    }

    @Test
    void placeThatIsGrantedWithoutBeingAwaitedIsKeptPastItsLease() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle before = client.lock(key).acquire();
        try (QueuedAcquisition place =
                client.lock(key).withLease(Duration.ofSeconds(3)).enqueue()) {
            assertThat(place.state()).isEqualTo(QueuedAcquisition.State.QUEUED);
            before.close();
            await().atMost(SOON).until(() -> place.state() == QueuedAcquisition.State.ACQUIRED);
            await().during(Duration.ofSeconds(7))
                    .atMost(SOON)
                    .until(() -> place.state() == QueuedAcquisition.State.ACQUIRED);
            LockHandle handle = place.await(Duration.ZERO);
            assertThat(handle.isHeld()).isTrue();
            assertThat(handle.release()).isTrue();
        }
    }

    @Test
    void snapshotShowsAPlaceThatWaitsAndThenItsGrant() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle before = servers.client().lock(key).acquire();
        try (QueuedAcquisition place = client.lock(key)
                .withName("order")
                .withLease(Duration.ofSeconds(2))
                .enqueue()) {
            assertThat(client.snapshot().waiting()).singleElement().satisfies(waiting -> {
                assertThat(waiting.key()).isEqualTo(key);
                assertThat(waiting.name()).isEqualTo("order");
            });
            before.close();
            await().atMost(SOON).until(() -> place.state() == QueuedAcquisition.State.ACQUIRED);
            assertThat(client.snapshot().waiting()).isEmpty();
            assertThat(client.snapshot().held())
                    .singleElement()
                    .satisfies(held -> assertThat(held.key()).isEqualTo(key));
        }
        await().atMost(SOON).until(() -> client.snapshot().held().isEmpty());
    }

    @Test
    void secondPhaseIsSentBeforeASilentGrantCouldRunOut() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle before = servers.client(server).lock("k").acquire();
        try (QueuedAcquisition place =
                client.lock("k").withLease(Duration.ofSeconds(4)).enqueue()) {
            assertThat(server.view().count("w")).isZero();
            server.await(view -> view.count("w") == 1, Duration.ofMillis(3900));
            assertThat(place.state()).isEqualTo(QueuedAcquisition.State.QUEUED);
            before.close();
            try (LockHandle handle = place.await(FIVE)) {
                assertThat(handle.isHeld()).isTrue();
            }
            assertThat(server.view().count("w")).as("the await is local").isEqualTo(1);
        }
    }

    @Test
    void awaitThatComesWhileTheGrantIsBeingConfirmedDoesNotDisturbIt() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.waitConnectionIdle(Duration.ofMillis(200)));
        LockHandle before = servers.client(server).lock("k").acquire();
        QueuedAcquisition place =
                client.lock("k").withLease(Duration.ofSeconds(4)).enqueue();
        server.await(view -> view.count("w") == 1, SOON);
        server.faults()
                .inject(
                        Fault.delay(Duration.ofMillis(700)),
                        FaultTarget.command("n").times(1));
        before.close();
        server.await(view -> view.count("n") == 1, SOON);
        LockHandle handle = place.await(FIVE);
        await().during(Duration.ofSeconds(2)).atMost(SOON).untilAsserted(() -> {
            assertThat(handle.isHeld()).isTrue();
            assertThat(server.view().holders("k"))
                    .as("the connection was not given back")
                    .hasSize(1);
        });
        assertThat(server.view().count("w")).isEqualTo(1);
        assertThat(handle.release()).isTrue();
    }

    @Test
    void placeLongerThanTheServersReadTimeoutKeepsItsConnection() throws Exception {
        TestServer server = servers.start(settings -> settings.readTimeout(Duration.ofSeconds(4)));
        DflockdClient client = servers.client(settings -> settings.serverReadTimeout(Duration.ofSeconds(4))
                .keepAliveInterval(Duration.ofSeconds(1))
                .waitConnectionIdle(Duration.ofSeconds(1)));
        LockHandle before = client.lock("k").withLease(Duration.ofSeconds(60)).acquire();
        try (QueuedAcquisition place =
                client.lock("k").withLease(Duration.ofSeconds(60)).enqueue()) {
            await().during(Duration.ofSeconds(9))
                    .atMost(SOON)
                    .until(() -> place.state() == QueuedAcquisition.State.QUEUED);
            assertThat(server.view().waiters("k")).hasSize(1);
            before.close();
            try (LockHandle handle = place.await(FIVE)) {
                assertThat(handle.isHeld()).isTrue();
            }
        }
    }

    @Test
    void awaitThatTimesOutLosesThePlace() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle before = client.lock(key).acquire();
        try (QueuedAcquisition place = client.lock(key).enqueue()) {
            assertThat(place.tryAwait(Duration.ofMillis(200))).isEmpty();
            assertThat(place.state()).isEqualTo(QueuedAcquisition.State.ENDED);
            assertThatExceptionOfType(DflockdException.class)
                    .isThrownBy(() -> place.await(FIVE))
                    .withMessageContaining("enqueue again");
        }
        await().atMost(SOON).until(() -> ServerState.waiters(client, key) == 0);
        before.close();
    }

    @Test
    void awaitThatThrowsOnTimeoutNamesTheKeyAndTheTime() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle before = client.lock(key).acquire();
        try (QueuedAcquisition place = client.lock(key).enqueue()) {
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> place.await(Duration.ofMillis(150)))
                    .withMessageContaining(key)
                    .withMessageContaining("PT0.15S");
        }
        before.close();
    }

    @Test
    void awaitOfNoTimeGetsAGrantThatIsThereAlsoOnASlowPath() throws Exception {
        TestServer server = servers.start();
        Relay relay = servers.relay(server);
        DflockdClient client = servers.client(relay);
        LockHandle before = servers.client(server).lock("k").acquire();
        try (QueuedAcquisition place = client.lock("k").enqueue()) {
            before.close();
            server.await(view -> view.waiters("k").isEmpty(), SOON);
            relay.slow(Duration.ofMillis(60));
            Optional<LockHandle> granted = place.tryAwait(Duration.ZERO);
            assertThat(granted).isPresent();
            assertThat(granted.get().release()).isTrue();
        }
    }

    @Test
    void placeEndsAfterItsMaximumLife() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.queuedPlaceMaxLife(Duration.ofMillis(700)));
        QueuedAcquisition granted = client.lock("free").enqueue();
        LockHandle before = servers.client(server).lock("k").acquire();
        QueuedAcquisition queued = client.lock("k").enqueue();
        await().atMost(SOON).until(() -> granted.state() == QueuedAcquisition.State.ENDED);
        await().atMost(SOON).until(() -> queued.state() == QueuedAcquisition.State.ENDED);
        assertThatExceptionOfType(DflockdException.class)
                .isThrownBy(() -> granted.await(FIVE))
                .withMessageContaining("queuedPlaceMaxLife");
        server.await(view -> view.holders("free").isEmpty() && view.waiters("k").isEmpty(), SOON);
        before.close();
    }

    @Test
    void closedPlaceLeavesTheQueueAtOnce() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle before = servers.client(server).lock("k").acquire();
        QueuedAcquisition place = client.lock("k").enqueue();
        place.close();
        place.close();
        server.await(view -> view.waiters("k").isEmpty(), Duration.ofSeconds(10));
        assertThat(place.state()).isEqualTo(QueuedAcquisition.State.ENDED);
        assertThatExceptionOfType(ClientClosedException.class)
                .isThrownBy(() -> place.await(FIVE))
                .withMessageContaining("closed by its owner");
        before.close();
    }

    @Test
    void closedPlaceReleasesWhatItWasGranted() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        QueuedAcquisition place = client.lock(key).enqueue();
        assertThat(place.state()).isEqualTo(QueuedAcquisition.State.ACQUIRED);
        place.close();
        client.lock(key).tryAcquire(FIVE).orElseThrow().close();
    }

    @Test
    void placeWhoseConnectionBreaksSaysSo() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle before = servers.client(server).lock("k").acquire();
        QueuedAcquisition place = client.lock("k").enqueue();
        CompletableFuture<LockHandle> awaiting = place.awaitAsync(Duration.ofSeconds(20));
        server.await(view -> view.count("w") == 1, SOON);
        server.faults().reset(server.view().waiters("k").get(0).connectionId());
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> awaiting.get(20, TimeUnit.SECONDS))
                .havingCause()
                .isInstanceOf(ConnectionClosedException.class);
        assertThat(place.state()).isEqualTo(QueuedAcquisition.State.ENDED);
        before.close();
    }

    @Test
    void placeThatWasGrantedAndLostBeforeItWasAwaitedIsALoss() throws Exception {
        TestServer server = servers.start();
        QueuedAcquisition place = servers.client().lock("k").enqueue();
        server.faults().reset(server.view().holders("k").get(0).connectionId());
        await().atMost(SOON).until(() -> place.state() == QueuedAcquisition.State.ENDED);
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> place.await(FIVE))
                .satisfies(lost -> assertThat(lost.reason()).isEqualTo(LossReason.CONNECTION_LOST));
    }

    @Test
    void placeIsHandedOutOnlyOnce() throws Exception {
        QueuedAcquisition place = servers.client().lock(servers.key()).enqueue();
        LockHandle handle = place.await(FIVE);
        assertThat(place.state()).isEqualTo(QueuedAcquisition.State.HANDED_OUT);
        assertThatExceptionOfType(DflockdException.class)
                .isThrownBy(() -> place.await(FIVE))
                .withMessageContaining("handed out already");
        handle.close();
    }

    @Test
    void placeIsAwaitedByOneAtATime() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle before = client.lock(key).acquire();
        QueuedAcquisition place = client.lock(key).enqueue();
        CompletableFuture<LockHandle> first = place.awaitAsync(Duration.ofSeconds(20));
        assertThatExceptionOfType(DflockdException.class)
                .isThrownBy(() -> place.await(FIVE))
                .withMessageContaining("another caller");
        before.close();
        first.get(20, TimeUnit.SECONDS).close();
    }

    @Test
    void cancelledAwaitGivesThePlaceUp() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle before = client.lock(key).acquire();
        QueuedAcquisition place = client.lock(key).enqueue();
        place.awaitAsync(Duration.ofSeconds(1)).cancel(true);
        await().atMost(SOON).until(() -> place.state() == QueuedAcquisition.State.ENDED);
        await().atMost(SOON).until(() -> ServerState.waiters(client, key) == 0);
        before.close();
    }

    @Test
    void interruptedAwaitGivesThePlaceUp() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle before = client.lock(key).acquire();
        QueuedAcquisition place = client.lock(key).enqueue();
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> place.await(FIVE));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        place.close();
        await().atMost(SOON).until(() -> ServerState.waiters(client, key) == 0);
        before.close();
    }

    @Test
    void placesOfOneClientForOneKeyAreServedInTheirOrder() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle before = client.lock(key).acquire();
        QueuedAcquisition first = client.lock(key).enqueue();
        QueuedAcquisition second = client.lock(key).enqueue();
        CompletableFuture<LockHandle> secondHandle = second.awaitAsync(Duration.ofSeconds(20));
        before.close();
        LockHandle firstHandle = first.await(FIVE);
        assertThat(secondHandle).isNotDone();
        firstHandle.close();
        secondHandle.get(20, TimeUnit.SECONDS).close();
    }

    @Test
    void placesOfASemaphoreAreGrantedUpToItsLimit() throws Exception {
        DistributedSemaphore pool = servers.client().semaphore(servers.key(), 2);
        QueuedAcquisition first = pool.enqueue();
        QueuedAcquisition second = pool.enqueue();
        QueuedAcquisition third = pool.enqueue();
        assertThat(first.state()).isEqualTo(QueuedAcquisition.State.ACQUIRED);
        assertThat(second.state()).isEqualTo(QueuedAcquisition.State.ACQUIRED);
        assertThat(third.state()).isEqualTo(QueuedAcquisition.State.QUEUED);
        first.close();
        try (LockHandle handle = third.await(FIVE)) {
            assertThat(handle.isHeld()).isTrue();
        }
        second.close();
    }

    @Test
    void deadGrantOfAnOldServerIsNeverHandedOut() throws Exception {
        TestServer server = servers.start(
                settings -> settings.generation(Generation.G1).leaseSweepInterval(Duration.ofMillis(100)));
        DflockdClient client = servers.client();
        LockHandle before = servers.client(server).lock("k").acquire();
        // The second phase is held back until the silent grant has run out and the lock is someone else's.
        server.faults().inject(Fault.delayRequest(Duration.ofMillis(2600)), FaultTarget.command("w"));
        QueuedAcquisition place = client.lock("k")
                .withLease(Duration.ofSeconds(1))
                .withRenewRatio(0.5)
                .enqueue();
        before.close();
        LockHandle next = servers.client(server).lock("k").acquire();
        assertThat(next.isHeld()).isTrue();
        assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> place.await(FIVE));
        assertThat(next.isHeld()).isTrue();
        assertThat(server.view().holders("k")).hasSize(1);
        next.close();
    }

    @Test
    void silentGrantThatRanOutIsALossOnANewerServer() throws Exception {
        TestServer server = servers.start(settings -> settings.leaseSweepInterval(Duration.ofMillis(100)));
        LockHandle before = servers.client(server).lock("k").acquire();
        server.faults().inject(Fault.delayRequest(Duration.ofMillis(2600)), FaultTarget.command("w"));
        QueuedAcquisition place =
                servers.client().lock("k").withLease(Duration.ofSeconds(1)).enqueue();
        before.close();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> place.await(FIVE))
                .satisfies(lost -> assertThat(lost.reason()).isEqualTo(LossReason.LEASE_EXPIRED));
    }

    @Test
    void enqueueOfAServerThatIsDownFailsWithAConnectionError() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(server);
        server.stop();
        assertThatExceptionOfType(DflockdConnectionException.class)
                .isThrownBy(() -> client.lock("k").enqueue());
    }

    @Test
    void asynchronousEnqueueThatIsCancelledLeavesNoPlace() throws Exception {
        TestServer server = servers.start();
        LockHandle before = servers.client(server).lock("k").acquire();
        server.faults().inject(Fault.delay(Duration.ofMillis(300)), FaultTarget.command("e"));
        CompletableFuture<QueuedAcquisition> asked = servers.client().lock("k").enqueueAsync();
        server.await(view -> view.waiters("k").size() == 1, SOON);
        asked.cancel(true);
        server.await(view -> view.waiters("k").isEmpty(), SOON);
        before.close();
    }
}
