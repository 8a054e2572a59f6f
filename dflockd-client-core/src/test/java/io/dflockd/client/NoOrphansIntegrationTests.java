package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.client.testserver.Tls;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** Whatever ends a request, nothing of it is left: no holder, no waiter, no connection, no thread. */
@Timeout(1200)
@Isolated("looks at all threads of the JVM")
class NoOrphansIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    /** A thread that a client of an earlier test has left would be taken for one of these. */
    @BeforeEach
    void noneIsLeftOfEarlierTests() {
        ClientThreadNames.awaitNone();
    }

    private static int times(int normal) {
        return TestServers.soak() ? normal * 20 : normal;
    }

    private void withdraw(int iterations, UnaryOperator<DflockdClientBuilder> settings) throws Exception {
        List<DflockdClient> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(servers.client(settings));
        }
        new Withdrawals(clients, List.of(servers.key(), servers.key()), servers.key()).run(12, iterations, 42);
        for (DflockdClient client : clients) {
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(client.snapshot().held()).isEmpty();
                assertThat(client.snapshot().waiting()).isEmpty();
            });
        }
        clients.forEach(DflockdClient::close);
        ClientThreadNames.awaitNone();
    }

    @Test
    void requestsGivenUpAtRandomPointsLeaveNothing() throws Exception {
        withdraw(times(5000), settings -> settings);
    }

    @Test
    void requestsGivenUpAtRandomPointsLeaveNothingOverTls() throws Exception {
        Tls tls = Tls.forLoopback();
        TestServer server = servers.start(settings -> settings.tls(tls));
        withdraw(times(800), settings -> settings.servers(server.address()).sslContext(tls.client()));
    }

    @Test
    void requestsGivenUpAtRandomPointsLeaveNothingWithoutAutoRelease() throws Exception {
        TestServer server = servers.start(settings -> settings.autoReleaseOnDisconnect(false));
        withdraw(times(800), settings -> settings.servers(server.address()).serverAutoRelease(false));
        assertThat(server.view().isQuiet()).as(server.view().dump()).isTrue();
    }

    @Test
    void requestsGivenUpAtRandomPointsLeaveNothingOnAnOldServer() throws Exception {
        TestServer server = servers.start(settings -> settings.generation(io.dflockd.embedded.Generation.G1));
        withdraw(times(800), settings -> settings.servers(server.address()));
    }

    @Test
    void interruptAroundTheGrantNeverLeavesTheLockHeld() throws Exception {
        DflockdClient client = servers.client();
        String key = servers.key();
        Random random = new Random(7);
        for (int i = 0; i < times(1000); i++) {
            Thread caller = Thread.currentThread();
            CompletableFuture<Void> struck = CompletableFuture.runAsync(() -> {
                LockSupport.parkNanos(random.nextInt(400_000));
                caller.interrupt();
            });
            boolean thrown = false;
            try {
                client.lock(key).acquire().close();
            } catch (InterruptedException ex) {
                thrown = true;
            }
            awaitUninterruptibly(struck);
            assertThat(Thread.interrupted())
                    .as("an interrupt is thrown or leaves its flag, not both (thrown: %s)", thrown)
                    .isEqualTo(!thrown);
        }
        client.lock(key).tryAcquire(Duration.ofSeconds(2)).orElseThrow().close();
    }

    private static void awaitUninterruptibly(CompletableFuture<Void> future) {
        while (!future.isDone()) {
            LockSupport.parkNanos(10_000);
        }
    }

    @Test
    void clientClosedAtRandomPointsLeavesNothing() throws Exception {
        String key = servers.key();
        DflockdClient monitor = servers.client();
        Random random = new Random(3);
        for (int i = 0; i < times(40); i++) {
            DflockdClient client = servers.client();
            List<CompletableFuture<LockHandle>> asked = new ArrayList<>();
            for (int n = 0; n < 6; n++) {
                asked.add(client.lock(key).acquireAsync());
                asked.add(client.semaphore(key + "-s", 2).acquireAsync());
            }
            CompletableFuture<QueuedAcquisition> place = client.lock(key).enqueueAsync();
            LockSupport.parkNanos(random.nextInt(8_000_000));
            client.close();
            for (CompletableFuture<LockHandle> one : asked) {
                try {
                    assertThat(one.get(20, TimeUnit.SECONDS).isHeld()).isFalse();
                } catch (ExecutionException ex) {
                    assertThat(ex.getCause()).isInstanceOf(DflockdException.class);
                } catch (TimeoutException ex) {
                    throw new AssertionError("a future of a closed client was not completed", ex);
                }
            }
            assertThat(place.handle((queued, failure) -> queued).get(20, TimeUnit.SECONDS))
                    .satisfiesAnyOf(
                            queued -> assertThat(queued).isNull(),
                            queued -> assertThat(queued.state()).isEqualTo(QueuedAcquisition.State.ENDED));
        }
        try (LockHandle handle = monitor.lock(key).acquire()) {
            assertThat(handle.isHeld()).isTrue();
        }
        monitor.close();
        ClientThreadNames.awaitNone();
    }

    @Test
    void cancelledWaitNearItsEndIsDrainedAndItsConnectionReused() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle held = servers.client(server).lock("k").acquire();
        CompletableFuture<LockHandle> waiting =
                client.lock("k").withAcquireTimeout(Duration.ofMillis(700)).acquireAsync();
        server.await(view -> view.waiters("k").size() == 1, SOON);
        waiting.cancel(true);
        // It is drained, not cut: no ghost, and its connection is used again.
        server.await(view -> view.waiters("k").isEmpty(), SOON);
        int connections = server.view().connections().size();
        assertThat(client.lock("k").tryAcquire(Duration.ofMillis(700))).isEmpty();
        server.await(view -> view.waiters("k").isEmpty(), SOON);
        assertThat(server.view().connections()).hasSize(connections);
        held.close();
    }

    @Test
    void longWaitThatIsWithdrawnIsCutAndItsGhostPassesTheLockOn() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle held = servers.client(server).lock("k").acquire();
        CompletableFuture<LockHandle> withdrawn =
                client.lock("k").withAcquireTimeout(Duration.ofMinutes(5)).acquireAsync();
        server.await(view -> view.waiters("k").size() == 1, SOON);
        long ghost = server.view().waiters("k").get(0).connectionId();
        withdrawn.cancel(true);
        await().atMost(SOON)
                .until(() -> client.snapshot().connections().values().stream().allMatch(count -> count == 1));
        CompletableFuture<LockHandle> next = client.lock("k").acquireAsync();
        ServerState.awaitWaiterAfter(server, "k", ghost);
        held.close();
        next.get(20, TimeUnit.SECONDS).close();
    }

    @Test
    void timeoutBelowASecondReturnsByTheCallersClockAndLeavesNoGhost() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle held = servers.client().lock(key).acquire();
        client.connect();
        for (int millis : new int[] {150, 300, 999}) {
            long before = System.nanoTime();
            Optional<LockHandle> none = client.lock(key).tryAcquire(Duration.ofMillis(millis));
            Duration took = Duration.ofNanos(System.nanoTime() - before);
            assertThat(none).isEmpty();
            assertThat(took).isGreaterThanOrEqualTo(Duration.ofMillis(millis));
        }
        assertThat(held.isHeld()).isTrue();
        await().atMost(SOON).until(() -> ServerState.waiters(client, key) == 0);
        held.close();
    }

    @Test
    void grantThatComesAfterTheCallerHasGoneIsReleased() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle held = servers.client(server).lock("k").acquire();
        // The first request is a try; the second waits, and its answer comes in the second after the server's own
        // timeout.
        server.faults()
                .inject(
                        Fault.delay(Duration.ofSeconds(3)),
                        FaultTarget.command("l").skipping(1).times(1));
        CompletableFuture<Optional<LockHandle>> asked = client.lock("k").tryAcquireAsync(Duration.ofMillis(2500));
        server.await(view -> view.waiters("k").size() == 1, SOON);
        held.close();
        server.await(view -> view.waiters("k").isEmpty() && view.holders("k").size() == 1, SOON);
        assertThat(asked.get(20, TimeUnit.SECONDS))
                .as("granted, and nobody knows")
                .isEmpty();
        // By its token, or by the end of its connection if this machine stood still meanwhile.
        server.await(view -> view.isQuiet() && view.holders("k").isEmpty(), SOON);
    }

    @Test
    void grantThatFindsTheFutureCompletedIsReleased() throws Exception {
        TestServer server = servers.start();
        server.faults()
                .inject(
                        Fault.delay(Duration.ofSeconds(2)),
                        FaultTarget.command("l").times(1));
        CompletableFuture<LockHandle> asked = servers.client().lock("k").acquireAsync();
        server.await(view -> view.holders("k").size() == 1, SOON);
        asked.complete(null);
        server.await(view -> view.isQuiet() && view.count("r") == 1, SOON);
    }

    @Test
    void grantOnItsWayToAFutureThatIsCompletedMeanwhileIsReleased() throws Exception {
        TestServer server = servers.start();
        BlockingQueue<Runnable> callbacks = new LinkedBlockingQueue<>();
        DflockdClient client = servers.client(settings -> settings.callbackExecutor(callbacks::add));
        CompletableFuture<LockHandle> asked = client.lock("k").acquireAsync();
        Runnable completion = callbacks.poll(20, TimeUnit.SECONDS);
        assertThat(completion).isNotNull();
        assertThat(server.view().holders("k")).hasSize(1);
        asked.cancel(true);
        completion.run();
        server.await(view -> view.isQuiet() && view.count("r") == 1, SOON);
    }

    @Test
    void requestWhoseLinkDropsIsNotSentAgainForACallerWhoHasGivenUp() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        client.connect();
        server.faults().inject(Fault.stall(), FaultTarget.command("l").times(1));
        CompletableFuture<LockHandle> asked = client.lock("k").acquireAsync();
        server.await(view -> view.count("l") == 1, SOON);
        asked.cancel(true);
        server.faults().reset(server.view().connections().get(0).id());
        await().during(Duration.ofMillis(600))
                .atMost(SOON)
                .until(() -> ServerState.acquireRequests(server.view()) == 1);
        assertThat(server.view().isQuiet()).isTrue();
    }

    @Test
    void callerWhoLeavesWhileTheServerIsDownIsForgotten() throws Exception {
        TestServer server = servers.start();
        server.stop();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        DistributedLock lock = client.lock("k").withAcquireTimeout(Duration.ofMinutes(5));
        CompletableFuture<LockHandle> waiting = lock.acquireAsync();
        await().atMost(SOON).until(() -> client.snapshot().waiting().size() == 1);
        waiting.cancel(true);
        await().atMost(SOON).until(() -> client.snapshot().waiting().isEmpty());
        assertThat(events.count("timedOut")).isZero();
        assertThat(events.count("acquireFailed")).isZero();
    }

    /** What accepts connections but says nothing keeps a handshake waiting. */
    @Test
    void callerWhoLeavesWhileAConnectionIsMadeIsForgottenAtOnce() throws Exception {
        SSLContext tls = SSLContext.getDefault();
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            DflockdClient client = servers.client(settings -> settings.servers("127.0.0.1:" + mute.getLocalPort())
                    .sslContext(() -> tls)
                    .connectTimeout(Duration.ofMinutes(5)));
            CompletableFuture<LockHandle> waiting =
                    client.lock("k").withAcquireTimeout(Duration.ofMinutes(5)).acquireAsync();
            await().atMost(SOON).until(() -> client.snapshot().waiting().size() == 1);
            waiting.cancel(true);
            await().atMost(SOON).until(() -> client.snapshot().waiting().isEmpty());
        }
    }

    @Test
    void callerWhoLeavesBeforeTheAnswerIsNotToldOfItAsAFailure() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client =
                servers.client(settings -> settings.listener(events).requestTimeout(Duration.ofSeconds(20)));
        client.lock("other").acquire().close();
        LockHandle held = client.lock("k").acquire();
        server.faults().inject(Fault.delay(Duration.ofSeconds(2)), FaultTarget.command("l"));
        CompletableFuture<Optional<LockHandle>> busy = client.lock("k").tryAcquireAsync();
        server.await(view -> view.count("l") >= 3, SOON);
        busy.cancel(true);
        await().atMost(SOON).until(() -> client.snapshot().waiting().isEmpty());
        held.close();
        // It is told later than a failure would be.
        await().atMost(SOON).until(() -> events.count("released k") == 1);
        assertThat(events.count("timedOut")).isZero();
    }

    @Test
    void tryIsNeverSentAgain() throws Exception {
        TestServer server = servers.start();
        server.faults().inject(Fault.loseAnswer(), FaultTarget.command("l").times(1));
        assertThatExceptionOfType(DflockdConnectionException.class)
                .isThrownBy(() -> servers.client().lock("k").tryAcquire());
        await().during(Duration.ofMillis(400))
                .atMost(SOON)
                .until(() -> server.view().count("l") == 1);
        assertThat(server.view().isQuiet()).as("freed with its connection").isTrue();
    }

    @Test
    void failedConnectsAuthAndTlsLeaveNeitherThreadNorConnection() throws Exception {
        TestServer server = servers.start(settings -> settings.authToken("right"));
        for (int i = 0; i < 20; i++) {
            try (DflockdClient wrong = DflockdClient.builder()
                    .servers(server.address())
                    .authToken("wrong")
                    .build()) {
                assertThatExceptionOfType(DflockdAuthenticationException.class)
                        .isThrownBy(() -> wrong.lock("k").acquire());
            }
        }
        ServerState.awaitNothingLeft(server);
        ClientThreadNames.awaitNone();
    }

    @Test
    void idleClientHasOneConnectionAndAtMostTwoThreads() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.waitConnectionIdle(Duration.ofSeconds(1)));
        LockHandle held = client.lock("k").acquire();
        assertThat(client.lock("k").tryAcquire(Duration.ofMillis(700))).isEmpty();
        held.close();
        server.await(view -> view.connections().size() == 1, SOON);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(ClientThreadNames.names()).hasSizeLessThanOrEqualTo(1));
    }
}
