package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.dflockd.client.testserver.TestFault;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A lock with a minimum time is not free before, whatever its owner does, as long as its process and connection live. */
@Timeout(60)
@Execution(ExecutionMode.SAME_THREAD)
class HoldAtLeastIntegrationTests {

    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @RegisterExtension
    private final RecordedLog log = new RecordedLog();

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    // --- every way to acquire and to release

    /** The ways to get a handle. */
    enum Way {
        ACQUIRE {
            @Override
            LockHandle get(Acquirable<?> lock) throws Exception {
                return lock.acquire();
            }
        },
        TRY {
            @Override
            LockHandle get(Acquirable<?> lock) throws Exception {
                return lock.tryAcquire().orElseThrow();
            }
        },
        ASYNC {
            @Override
            LockHandle get(Acquirable<?> lock) throws Exception {
                return lock.acquireAsync().get(20, TimeUnit.SECONDS);
            }
        },
        TRY_ASYNC {
            @Override
            LockHandle get(Acquirable<?> lock) throws Exception {
                return lock.tryAcquireAsync(Duration.ofSeconds(5))
                        .get(20, TimeUnit.SECONDS)
                        .orElseThrow();
            }
        },
        QUEUE {
            @Override
            LockHandle get(Acquirable<?> lock) throws Exception {
                return lock.enqueue().await(Duration.ofSeconds(5));
            }
        },
        QUEUE_ASYNC {
            @Override
            LockHandle get(Acquirable<?> lock) throws Exception {
                return lock.enqueueAsync()
                        .thenCompose(place -> place.awaitAsync(Duration.ofSeconds(5)))
                        .get(20, TimeUnit.SECONDS);
            }
        };

        abstract LockHandle get(Acquirable<?> lock) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void lockIsNotFreeBeforeItsMinimumTime(Way way) throws Exception {
        String key = servers.key();
        Duration atLeast = Duration.ofMillis(430);
        DflockdClient client = servers.client();
        client.connect();
        long start = System.nanoTime();
        LockHandle handle = way.get(client.lock(key).withHoldAtLeast(atLeast));
        assertThat(handle.release()).isTrue();
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
        servers.client().lock(key).acquire().close();
        assertThat(since(start)).isGreaterThanOrEqualTo(atLeast);
    }

    @ParameterizedTest
    @EnumSource
    void slotIsNotFreeBeforeItsMinimumTime(Way way) throws Exception {
        String key = servers.key();
        Duration atLeast = Duration.ofMillis(250);
        long start = System.nanoTime();
        way.get(servers.client().semaphore(key, 1).withHoldAtLeast(atLeast)).close();
        servers.client().semaphore(key, 1).acquire().close();
        assertThat(since(start)).isGreaterThanOrEqualTo(atLeast);
    }

    @Test
    void grantThatHadToWaitIsNotFreeBeforeItsMinimumTime() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle first = servers.client().lock(key).acquire();
        CompletableFuture<LockHandle> waiting =
                client.lock(key).withHoldAtLeast(Duration.ofMillis(400)).acquireAsync();
        ServerState.awaitWaiters(client, key, 1);
        long start = System.nanoTime();
        first.close();
        assertThat(waiting.get(20, TimeUnit.SECONDS).releaseAsync().get(20, TimeUnit.SECONDS))
                .isTrue();
        servers.client().lock(key).acquire().close();
        assertThat(since(start)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
    }

    @Test
    void defaultOfTheClientCountsUnlessTheLockSaysOtherwise() throws Exception {
        String key = servers.key();
        DflockdClient client =
                servers.client(settings -> settings.holdAtLeast(LONG).holdAtLeastOnClose(Duration.ZERO));
        client.lock(key).withHoldAtLeast(null).acquire().close();
        client.lock(key).withHoldAtLeast(Duration.ZERO).acquire().close();
        client.lock(key).acquire().close();
        assertThat(client.lock(key).tryAcquire()).as("kept").isEmpty();
    }

    @Test
    void releaseAfterTheMinimumTimeIsConfirmed() throws Exception {
        TestServer server = servers.start();
        LockHandle handle = servers.client()
                .lock("k")
                .withHoldAtLeast(Duration.ofMillis(100))
                .acquire();
        await().pollDelay(Duration.ofMillis(120)).atMost(SOON).until(handle::isHeld);
        assertThat(handle.release()).isTrue();
        assertThat(server.view().holders("k")).isEmpty();
    }

    // --- what is kept is not held

    @Test
    void keptLockIsReleasedForItsOwner() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client(settings -> settings.holdAtLeastOnClose(Duration.ZERO));
        LockHandle handle = client.lock(key).withHoldAtLeast(LONG).acquire();
        long start = System.nanoTime();
        assertThat(handle.release()).isTrue();
        assertThat(since(start)).as("without waiting").isLessThan(Duration.ofSeconds(20));
        assertThat(handle.isHeld()).isFalse();
        assertThat(handle.remainingLease()).isZero();
        assertThat(handle.lossReason()).isEmpty();
        assertThatIllegalStateException().isThrownBy(handle::ensureHeld).withMessageContaining("released");
        assertThat(client.snapshot().held()).isEmpty();
        assertThat(handle.release()).as("again").isTrue();
        assertThat(handle.releaseAsync().get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.renewAsync().get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(handle.renewAsync(Duration.ofSeconds(9)).get(20, TimeUnit.SECONDS))
                .isFalse();
        assertThat(handle.limitHold(null, null)).isFalse();
        assertThat(client.lock(key).tryAcquire()).as("busy for its own client").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void lockIsRenewedUntilItsMinimumTimeIsOver(Renewing renewing) throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        DistributedLock lock = client.lock("k").withLease(Duration.ofSeconds(1)).withHoldAtLeast(Duration.ofSeconds(3));
        long start = System.nanoTime();
        (renewing == Renewing.ON ? lock : lock.withoutRenewal()).acquire().close();
        servers.client(server).lock("k").acquire().close();
        assertThat(since(start)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
        assertThat(server.view().count("n")).isGreaterThanOrEqualTo(2);
        await().atMost(SOON).until(() -> events.count("released k true") == 1);
        assertThat(events.count("lost")).isZero();
    }

    /** Whether the lock is renewed while it is held. */
    enum Renewing {
        ON,
        OFF
    }

    @Test
    void requestedRenewalThatIsOutstandingEndsWithTheRelease() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.holdAtLeastOnClose(Duration.ZERO));
        LockHandle handle = client.lock("k").withHoldAtLeast(LONG).acquire();
        TestFault late = server.faults().inject(Fault.delay(Duration.ofMillis(500)), FaultTarget.command("n"));
        CompletableFuture<Boolean> renewed = handle.renewAsync();
        late.awaitHits(1, SOON);
        assertThat(handle.release()).isTrue();
        assertThat(renewed.get(20, TimeUnit.SECONDS)).isFalse();
    }

    // --- grants that nobody received

    @Test
    void grantThatNobodyReceivedIsReleasedAtOnce() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        client.connect();
        TestFault late = server.faults()
                .inject(
                        Fault.delay(Duration.ofMillis(300)),
                        FaultTarget.command("l").times(1));
        CompletableFuture<LockHandle> withdrawn =
                client.lock("k").withHoldAtLeast(LONG).acquireAsync();
        late.awaitHits(1, SOON);
        withdrawn.cancel(false);
        await().atMost(SOON).until(() -> server.view().holders("k").isEmpty());
        assertThat(client.lock("k").tryAcquire(Duration.ofSeconds(5))).isPresent();
    }

    @Test
    void placeThatNobodyAwaitedIsReleasedAtOnce() throws Exception {
        TestServer server = servers.start();
        QueuedAcquisition place =
                servers.client().lock("k").withHoldAtLeast(LONG).enqueue();
        assertThat(place.state()).isEqualTo(QueuedAcquisition.State.ACQUIRED);
        place.close();
        await().atMost(SOON).until(() -> server.view().holders("k").isEmpty());
    }

    // --- close

    @Test
    void closeWaitsForTheRestOfTheMinimumTime() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        long start = System.nanoTime();
        client.lock("k").withHoldAtLeast(Duration.ofMillis(900)).acquire().close();
        client.close();
        assertThat(since(start)).isGreaterThanOrEqualTo(Duration.ofMillis(900));
        assertThat(server.view().holders("k")).isEmpty();
        await().atMost(SOON).until(() -> events.count("released k true") == 1);
        assertThat(events.count("lost")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void closeDoesNotWaitLongerThanItsLimit(ServerKind kind) throws Exception {
        TestServer server = servers.start(settings -> settings.autoReleaseOnDisconnect(kind == ServerKind.FREES));
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.serverAutoRelease(kind == ServerKind.FREES)
                .listener(events)
                .holdAtLeastOnClose(Duration.ofMillis(300)));
        LockHandle kept = client.lock("kept-1").withHoldAtLeast(LONG).acquire();
        List<LossReason> reasons = new CopyOnWriteArrayList<>();
        kept.onLost((lost, reason) -> reasons.add(reason));
        kept.close();
        client.lock("kept-2").withHoldAtLeast(LONG).acquire().close();
        long start = System.nanoTime();
        client.close(Duration.ofSeconds(30));
        assertThat(since(start)).isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
        await().atMost(SOON).until(() -> server.view().holders().isEmpty());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(log.lines(Level.INFO, "2 kept locks"))
                        .hasSize(1)
                        .allMatch(line -> line.contains("holdAtLeastOnClose")));
        assertThat(log.lines(Level.WARN, "kept-")).isEmpty();
        assertThat(events.count("lost")).isZero();
        await().atMost(SOON).until(() -> events.count("released kept-") == 2);
        assertThat(reasons).isEmpty();
        assertThat(kept.state()).isEqualTo(LockHandle.State.RELEASED);
    }

    /** Whether a server frees what a connection held when it ends. */
    enum ServerKind {
        FREES,
        KEEPS
    }

    @Test
    void heldLockIsLostByACloseAlthoughItsMinimumTimeIsNotOver() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle held = client.lock("k").withHoldAtLeast(LONG).acquire();
        long start = System.nanoTime();
        client.close();
        assertThat(since(start)).isLessThan(Duration.ofSeconds(5));
        assertThat(held.lossReason()).contains(LossReason.CLIENT_CLOSED);
        assertThat(held.release()).isFalse();
        await().atMost(SOON).until(() -> server.view().holders("k").isEmpty());
    }

    @Test
    void interruptEndsTheWaitOfAClose() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.holdAtLeastOnClose(LONG));
        client.lock("k").withHoldAtLeast(LONG).acquire().close();
        AtomicBoolean flag = new AtomicBoolean();
        Thread closing = new Thread(() -> {
            client.close();
            flag.set(Thread.currentThread().isInterrupted());
        });
        closing.start();
        await().atMost(SOON).until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        closing.interrupt();
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
        assertThat(flag).isTrue();
        await().atMost(SOON).until(() -> server.view().holders("k").isEmpty());
    }

    // --- the end of the connection

    @Test
    void keptLockThatIsLostWithItsConnectionIsNoLoss() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        LockHandle handle = client.lock("kept-3").withHoldAtLeast(LONG).acquire();
        List<LossReason> reasons = new CopyOnWriteArrayList<>();
        handle.onLost((lost, reason) -> reasons.add(reason));
        handle.close();
        server.faults().cut(server.view().holders("kept-3").get(0).connectionId());
        await().atMost(SOON).until(() -> events.count("released kept-3 false") == 1);
        assertThat(client.lock("kept-3").tryAcquire(Duration.ofSeconds(5)))
                .as("free at the server")
                .isPresent();
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
        assertThat(handle.release()).as("the answer of the first release").isTrue();
        assertThat(reasons).isEmpty();
        assertThat(events.count("lost kept-3")).isZero();
        assertThat(log.lines(Level.WARN, "kept-3")).isEmpty();
        assertThat(log.lines(Level.DEBUG, "'kept-3'"))
                .anyMatch(line -> line.contains("minimum time") && line.contains("CONNECTION_LOST"));
    }

    @Test
    void tokenThatTheServerForgotEndsTheMinimumTimeQuietly() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        client.lock("k")
                .withLease(Duration.ofSeconds(1))
                .withHoldAtLeast(LONG)
                .acquire()
                .close();
        server.faults().expireNow("k");
        await().atMost(SOON).until(() -> events.count("released k") == 1);
        assertThat(events.count("lost")).isZero();
    }

    @Test
    void serverThatKeepsLocksOfLostConnectionsKeepsItForTheMinimumTime() throws Exception {
        TestServer server = servers.start(
                settings -> settings.autoReleaseOnDisconnect(false).defaultLease(Duration.ofSeconds(60)));
        DflockdClient client = servers.client(settings -> settings.serverAutoRelease(false));
        long start = System.nanoTime();
        client.lock("k").withHoldAtLeast(Duration.ofMillis(1500)).acquire().close();
        server.faults().cut(server.view().holders("k").get(0).connectionId());
        assertThat(servers.client(server).lock("k").tryAcquire(Duration.ofSeconds(20)))
                .isPresent();
        assertThat(since(start)).isBetween(Duration.ofMillis(1500), Duration.ofSeconds(20));
    }

    private DflockdClient clientThatClosesSoon() {
        return servers.client(settings -> settings.serverAutoRelease(false).holdAtLeastOnClose(Duration.ofMillis(300)));
    }

    private static void assertCloseFrees(DflockdClient client, TestServer server) {
        long start = System.nanoTime();
        client.close(Duration.ofSeconds(50));
        assertThat(since(start)).isLessThan(Duration.ofSeconds(20));
        assertThat(server.view().holders("k")).isEmpty();
    }

    @Test
    void closeReleasesAKeptLockWhoseConnectionWasCut() throws Exception {
        TestServer server = servers.start(
                settings -> settings.autoReleaseOnDisconnect(false).defaultLease(Duration.ofSeconds(60)));
        DflockdClient client = clientThatClosesSoon();
        client.lock("k").withHoldAtLeast(LONG).acquire().close();
        server.faults().refuseConnections();
        server.faults().cut(server.view().holders("k").get(0).connectionId());
        await().atMost(SOON)
                .until(() -> client.snapshot().connections().values().stream().allMatch(open -> open == 0));
        server.faults().clear();
        assertCloseFrees(client, server);
    }

    @Test
    void closeDoesNotTakeALockThatWasReleasedWhileSuspendedForAHeldOne() throws Exception {
        TestServer server = servers.start(
                settings -> settings.autoReleaseOnDisconnect(false).defaultLease(Duration.ofSeconds(60)));
        DflockdClient client = clientThatClosesSoon();
        LockHandle handle = client.lock("k").withHoldAtLeast(LONG).acquire();
        server.faults().refuseConnections();
        server.faults().cut(server.view().holders("k").get(0).connectionId());
        await().atMost(SOON).until(() -> handle.state() == LockHandle.State.SUSPENDED);
        assertThat(handle.release()).isTrue();
        server.faults().clear();
        assertCloseFrees(client, server);
    }

    // --- changed while it is held

    @Test
    void minimumTimeMayBeSetWhileItIsHeld() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle handle = client.lock(key).acquire();
        long start = System.nanoTime();
        assertThat(handle.limitHold(Duration.ofMillis(600), null)).isTrue();
        handle.close();
        servers.client().lock(key).acquire().close();
        assertThat(since(start)).isGreaterThanOrEqualTo(Duration.ofMillis(600));
    }

    @Test
    void minimumTimeMayBeTakenBackWhileItIsHeld() throws Exception {
        TestServer server = servers.start();
        LockHandle handle = servers.client().lock("k").withHoldAtLeast(LONG).acquire();
        assertThat(handle.limitHold(null, null)).isTrue();
        assertThat(handle.release()).isTrue();
        assertThat(server.view().holders("k")).isEmpty();
    }

    // --- the end of the process

    @Test
    void minimumTimeEndsWithTheProcess() throws Exception {
        String key = servers.key();
        ChildJvm owner = ChildJvm.start(KeepingProcess.class, List.of("-Xmx64m"), servers.address(), key);
        try {
            assertThat(owner.line()).isEqualTo("kept");
            DflockdClient client = servers.client();
            CompletableFuture<LockHandle> waiting =
                    client.lock(key).withAcquireTimeout(Duration.ofSeconds(20)).acquireAsync();
            ServerState.awaitWaiters(client, key, 1);
            assertThat(waiting).isNotDone();
            owner.kill();
            waiting.get(20, TimeUnit.SECONDS).close();
        } finally {
            owner.kill();
        }
    }

    /** Releases a lock long before its minimum time is over. */
    static final class KeepingProcess {

        private KeepingProcess() {}

        public static void main(String[] arguments) throws Exception {
            DflockdClient client = DflockdClient.builder().servers(arguments[0]).build();
            client.lock(arguments[1]).withHoldAtLeast(LONG).acquire().close();
            System.out.println("kept");
            Thread.sleep(Duration.ofMinutes(1).toMillis());
        }
    }
}
