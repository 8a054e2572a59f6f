package io.dflockd.client;

import static io.dflockd.client.Sneaky.sneaky;
import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a client tells its listeners, and that neither they nor callbacks can harm it. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class ListenerIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void eventsComeInOrder() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        LockHandle held = client.lock("k").withName("order").acquire();
        assertThat(client.lock("k").tryAcquire()).isEmpty();
        held.close();
        client.close();
        assertThat(server.view().connections()).hasSizeLessThanOrEqualTo(1);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(events.all())
                        .containsExactly(
                                "connected first",
                                "acquired k",
                                "timedOut k",
                                "released k true",
                                "disconnected on purpose"));
    }

    @Test
    void connectionAfterOneThatWasClosedUnusedIsNoReconnect() throws Exception {
        AdjustableClock clock = new AdjustableClock();
        Events events = new Events();
        TestServer server = servers.start();
        DflockdClient client =
                servers.client(settings -> settings.listener(events).ticker(clock));
        for (int i = 1; i <= 3; i++) {
            client.stats();
            long closed = i;
            await().atMost(SOON).until(() -> {
                // The connection may become idle after the answer was told.
                clock.jump(Duration.ofSeconds(13));
                client.snapshot();
                return events.count("disconnected on purpose") == closed;
            });
        }
        client.stats();
        await().atMost(SOON).until(() -> events.count("connected first") == 4);
        assertThat(events.count("connected again")).isZero();

        server.faults().cut(server.view().connections().get(0).id());
        await().atMost(SOON).until(() -> events.count("disconnected") == 4);
        client.stats();
        await().atMost(SOON).until(() -> events.count("connected again") == 1);
    }

    @Test
    void twoPhaseAcquisitionsAreTold() throws Exception {
        Events events = new Events();
        servers.start();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        DistributedLock lock = client.lock("k");
        QueuedAcquisition first = lock.enqueue();
        QueuedAcquisition second = lock.enqueue();
        assertThat(second.tryAwait(Duration.ZERO)).isEmpty();
        QueuedAcquisition third = lock.enqueue();
        first.await(Duration.ZERO).close();
        third.await(Duration.ofSeconds(10)).close();
        QueuedAcquisition unused = lock.enqueue();
        unused.close();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(events.all())
                        .filteredOn(event -> event.endsWith(" k") || event.startsWith("released"))
                        .containsExactly(
                                "acquired k",
                                "timedOut k",
                                "released k true",
                                "acquired k",
                                "released k true",
                                "acquired k",
                                "released k true"));
    }

    @Test
    void twoPhaseAcquisitionThatIsRefusedIsTold() throws Exception {
        Events events = new Events();
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        server.faults().inject(Fault.answer("error_max_locks"), FaultTarget.command("e"));
        assertThatExceptionOfType(LockRejectedException.class)
                .isThrownBy(() -> client.lock("k").enqueue());
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(events.all()).containsOnlyOnce("acquireFailed k LockRejectedException"));
    }

    @Test
    void failuresAreTold() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        server.faults().inject(Fault.answer("error_max_locks"), FaultTarget.command("l"));
        assertThatExceptionOfType(LockRejectedException.class)
                .isThrownBy(() -> client.lock("k").acquire());
        server.stop();
        assertThatExceptionOfType(DflockdConnectionException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(events.all())
                        .contains("acquireFailed k LockRejectedException")
                        .anyMatch(event -> event.startsWith("connectFailed ServerUnreachable")
                                || event.startsWith("disconnected ConnectionClosed")));
    }

    @Test
    void subjectCarriesTheLogicalNameAndTheServer() throws Exception {
        String key = servers.key();
        AtomicReference<DflockdClientListener.Subject> seen = new AtomicReference<>();
        DflockdClient client = servers.client(settings -> settings.listener(new DflockdClientListener() {
            @Override
            public void acquired(Subject subject, Duration waited) {
                seen.set(subject);
            }
        }));
        client.semaphore(key, 2).withName("pool").acquire().close();
        await().atMost(SOON).until(() -> seen.get() != null);
        assertThat(seen.get())
                .isEqualTo(new DflockdClientListener.Subject(
                        LockKind.SEMAPHORE, "pool", key, client.servers().get(0)));
    }

    @Test
    void listenerThatThrowsHarmsNeitherTheClientNorTheOthers() throws Exception {
        String key = servers.key();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(new DflockdClientListener() {
                    @Override
                    public void acquired(Subject subject, Duration waited) {
                        throw new StackOverflowError("thrown by the test's listener");
                    }

                    @Override
                    public void released(Subject subject, Duration held, boolean confirmed) {
                        throw sneaky(new IOException("thrown by the test's listener"));
                    }
                })
                .listener(events));
        for (int i = 0; i < 3; i++) {
            client.lock(key).acquire().close();
        }
        await().atMost(SOON).until(() -> events.count("acquired") == 3 && events.count("released") == 3);
    }

    @Test
    void listenerThatBlocksDelaysNobodyButListeners() throws Exception {
        String key = servers.key();
        CountDownLatch go = new CountDownLatch(1);
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(new DflockdClientListener() {
                    @Override
                    public void acquired(Subject subject, Duration waited) {
                        try {
                            go.await(20, TimeUnit.SECONDS);
                        } catch (InterruptedException ex) {
                            Thread.currentThread().interrupt();
                        }
                    }
                })
                .listener(events));
        for (int i = 0; i < 100; i++) {
            client.lock(key).acquire().close();
        }
        assertThat(events.count("acquired")).isZero();
        go.countDown();
        await().atMost(SOON).until(() -> events.count("released") == 100);
    }

    @Test
    void listenerMayUseTheClient() throws Exception {
        String key = servers.key();
        String other = servers.key();
        CompletableFuture<Boolean> used = new CompletableFuture<>();
        AtomicReference<DflockdClient> client = new AtomicReference<>();
        client.set(servers.client(settings -> settings.listener(new DflockdClientListener() {
            @Override
            public void released(Subject subject, Duration held, boolean confirmed) {
                if (!used.isDone()) {
                    try {
                        used.complete(client.get().lock(other).acquire().release());
                    } catch (InterruptedException | RuntimeException ex) {
                        used.completeExceptionally(ex);
                    }
                }
            }
        })));
        client.get().lock(key).acquire().close();
        assertThat(used.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void lossListenerMayAcquireAgainAndCloseTheClient() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle handle = client.lock("k").acquire();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        handle.onLost((lost, reason) -> {
            try {
                boolean again = client.lock("k").acquire().isHeld();
                client.close();
                done.complete(again);
            } catch (InterruptedException | RuntimeException ex) {
                done.completeExceptionally(ex);
            }
        });
        server.faults().cut(server.view().holders("k").get(0).connectionId());
        assertThat(done.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void lossListenerRegisteredAfterTheCloseIsStillTold() throws Exception {
        DflockdClient client = servers.client();
        LockHandle handle = client.lock(servers.key()).acquire();
        client.close();
        CompletableFuture<LossReason> told = new CompletableFuture<>();
        handle.onLost((lost, reason) -> told.complete(reason));
        assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo(LossReason.CLIENT_CLOSED);
    }

    @Test
    void executorOfTheUserCompletesTheFutures() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(
                settings -> settings.callbackExecutor(task -> new Thread(task, "executor-of-the-user").start()));
        // A continuation is to be attached before the answer comes.
        server.faults().inject(Fault.delay(Duration.ofMillis(100)), FaultTarget.key("k"));
        CompletableFuture<String> thread = client.lock("k").acquireAsync().thenApply(handle -> {
            handle.close();
            return Thread.currentThread().getName();
        });
        assertThat(thread.get(20, TimeUnit.SECONDS)).isEqualTo("executor-of-the-user");
    }
}
