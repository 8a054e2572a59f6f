package io.dflockd.client;

import static io.dflockd.client.Latches.awaitQuietly;
import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestFault;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A handle is lost once, in time, with a reason, and whoever wants to know is told. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class LossIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private static List<LossReason> reasonsOf(LockHandle handle) {
        List<LossReason> reasons = new CopyOnWriteArrayList<>();
        handle.onLost((lost, reason) -> reasons.add(reason));
        return reasons;
    }

    private static void awaitOnce(List<LossReason> reasons, LossReason expected) {
        await().atMost(SOON).until(() -> !reasons.isEmpty());
        await().during(Duration.ofMillis(150))
                .atMost(SOON)
                .untilAsserted(() -> assertThat(reasons).containsExactly(expected));
    }

    @Test
    void leaseThatIsNotRenewedIsLostAtItsEndAndHandedOn() throws Exception {
        TestServer server = servers.start();
        LockHandle handle = servers.client(server)
                .lock("k")
                .withLease(Duration.ofSeconds(1))
                .withoutRenewal()
                .acquire();
        List<LossReason> reasons = reasonsOf(handle);
        CompletableFuture<LockHandle> next = servers.client(server).lock("k").acquireAsync();
        CompletableFuture<Boolean> heldByBoth = next.thenApply(granted -> handle.isHeld());
        awaitOnce(reasons, LossReason.LEASE_EXPIRED);
        assertThat(handle.state()).isEqualTo(LockHandle.State.LOST);
        assertThat(handle.remainingLease()).isZero();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(handle::ensureHeld)
                .withMessageContaining("k")
                .satisfies(lost -> assertThat(lost.reason()).isEqualTo(LossReason.LEASE_EXPIRED));
        assertThat(heldByBoth.get(20, TimeUnit.SECONDS)).isFalse();
        next.get(20, TimeUnit.SECONDS).close();
    }

    @Test
    void connectionThatEndsLosesTheLockAtOnce() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        LockHandle handle =
                servers.client(settings -> settings.listener(events)).lock("k").acquire();
        List<LossReason> reasons = reasonsOf(handle);
        server.faults().cut(server.view().holders("k").get(0).connectionId());
        awaitOnce(reasons, LossReason.CONNECTION_LOST);
        assertThat(handle.lossReason()).contains(LossReason.CONNECTION_LOST);
        assertThat(handle.release()).isFalse();
        await().atMost(SOON).until(() -> events.count("lost k CONNECTION_LOST") == 1);
    }

    @Test
    void resetOfAWaitConnectionLosesWhatWasGrantedOnIt() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle other = client.lock("free").acquire();
        LockHandle handle = servers.acquireByWaiting(server, client.lock("k"));
        List<LossReason> reasons = reasonsOf(handle);
        server.faults().reset(server.view().holders("k").get(0).connectionId());
        awaitOnce(reasons, LossReason.CONNECTION_LOST);
        assertThat(other.isHeld()).as("what the session connection owns").isTrue();
        other.close();
    }

    @Test
    void tokenThatTheServerNoLongerKnowsIsRejected() throws Exception {
        TestServer server = servers.start();
        LockHandle handle =
                servers.client().lock("k").withLease(Duration.ofSeconds(2)).acquire();
        List<LossReason> reasons = reasonsOf(handle);
        server.faults().expireNow("k");
        awaitOnce(reasons, LossReason.REJECTED);
    }

    @Test
    void leaseThatTheServerCallsExpiredIsLost() throws Exception {
        TestServer server = servers.start();
        LockHandle handle =
                servers.client().lock("k").withLease(Duration.ofSeconds(2)).acquire();
        List<LossReason> reasons = reasonsOf(handle);
        server.faults().inject(Fault.answer("error_lease_expired"), FaultTarget.command("n"));
        awaitOnce(reasons, LossReason.LEASE_EXPIRED);
    }

    @Test
    void closeOfTheClientLosesWhatIsHeldAndFreesIt() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle handle = client.lock("k").acquire();
        List<LossReason> reasons = reasonsOf(handle);
        client.close();
        assertThat(handle.isHeld()).isFalse();
        awaitOnce(reasons, LossReason.CLIENT_CLOSED);
        ServerState.awaitNothingLeft(server);
    }

    @Test
    void hungServerLosesEveryHandleBeforeItGrantsTheNextWaiter() throws Exception {
        TestServer server = servers.start(settings -> settings.readTimeout(Duration.ofSeconds(2)));
        DflockdClient client = servers.client(settings -> settings.serverReadTimeout(Duration.ofSeconds(2))
                .keepAliveInterval(Duration.ofMillis(600))
                .waitConnectionIdle(Duration.ofSeconds(1)));
        LockHandle onSession = client.lock("a").acquire();
        LockHandle onWait = servers.acquireByWaiting(server, client.lock("b"));
        List<LossReason> first = reasonsOf(onSession);
        List<LossReason> second = reasonsOf(onWait);
        // Each connection of its own, or the stalled one would be asked to read for the others, too.
        DflockdClient next = servers.client(server);
        next.connect();
        List<Long> ids = server.view().holders().stream()
                .map(holder -> holder.connectionId())
                .distinct()
                .toList();
        ids.forEach(id -> server.faults().stall(id));
        CompletableFuture<LockHandle> nextA = next.lock("a").acquireAsync();
        CompletableFuture<LockHandle> nextB = next.lock("b").acquireAsync();
        CompletableFuture<Boolean> heldByBothA = nextA.thenApply(granted -> onSession.isHeld());
        CompletableFuture<Boolean> heldByBothB = nextB.thenApply(granted -> onWait.isHeld());
        LockHandle grantedA = nextA.get(20, TimeUnit.SECONDS);
        assertThat(onSession.isHeld()).isFalse();
        LockHandle grantedB = nextB.get(20, TimeUnit.SECONDS);
        assertThat(onWait.isHeld()).isFalse();
        assertThat(heldByBothA.get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(heldByBothB.get(20, TimeUnit.SECONDS)).isFalse();
        awaitOnce(first, LossReason.SERVER_SILENT);
        awaitOnce(second, LossReason.SERVER_SILENT);
        grantedA.close();
        grantedB.close();
    }

    @Test
    void pauseOfTheJvmLongerThanTheLeaseIsALossWithoutAnyMessage() throws Exception {
        AdjustableClock clock = new AdjustableClock();
        LockHandle handle = servers.client(settings -> settings.ticker(clock))
                .lock(servers.key())
                .acquire();
        List<LossReason> reasons = reasonsOf(handle);
        assertThat(handle.isHeld()).isTrue();
        clock.jump(Duration.ofSeconds(40));
        assertThat(handle.isHeld()).isFalse();
        assertThatExceptionOfType(LockLostException.class).isThrownBy(handle::ensureHeld);
        await().atMost(SOON).until(() -> reasons.size() == 1);
        assertThat(reasons.get(0)).isIn(LossReason.LEASE_EXPIRED, LossReason.SERVER_SILENT);
    }

    @Test
    void pauseOfTheJvmLongerThanTheServersReadTimeoutIsALoss() throws Exception {
        AdjustableClock clock = new AdjustableClock();
        LockHandle handle = servers.client(settings -> settings.ticker(clock))
                .lock(servers.key())
                .withLease(Duration.ofMinutes(5))
                .acquire();
        clock.jump(Duration.ofSeconds(23));
        assertThat(handle.isHeld()).isFalse();
        assertThat(handle.lossReason()).contains(LossReason.SERVER_SILENT);
    }

    @Test
    void deadlineCountsFromTheSendingOfTheRequestNotFromItsAnswer() throws Exception {
        TestServer server = servers.start();
        server.faults()
                .inject(
                        Fault.delay(Duration.ofMillis(2000)),
                        FaultTarget.command("l").times(1));
        DistributedLock lock =
                servers.client().lock("k").withLease(Duration.ofSeconds(3)).withoutRenewal();
        long before = System.nanoTime();
        try (LockHandle handle = lock.acquire()) {
            // More than half of the lease was gone, so it was renewed before it was handed out.
            assertThat(server.view().count("n")).isEqualTo(1);
            assertThat(handle.remainingLease()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(3));
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(1900));
        }
    }

    @Test
    void renewalAnsweredLateCountsFromItsSending() throws Exception {
        TestServer server = servers.start();
        LockHandle handle =
                servers.client().lock("k").withLease(Duration.ofSeconds(4)).acquire();
        server.faults()
                .inject(
                        Fault.delay(Duration.ofMillis(1500)),
                        FaultTarget.command("n").times(1));
        CompletableFuture<Boolean> renewed = handle.renewAsync();
        assertThat(renewed.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.remainingLease()).isBetween(Duration.ofMillis(1), Duration.ofMillis(2600));
        assertThat(handle.release()).isTrue();
    }

    @Test
    void listenerRegisteredAfterTheLossIsToldOnce() throws Exception {
        TestServer server = servers.start();
        LockHandle handle = servers.client().lock("k").acquire();
        server.faults().cut(server.view().holders("k").get(0).connectionId());
        await().atMost(SOON).until(() -> !handle.isHeld());
        awaitOnce(reasonsOf(handle), LossReason.CONNECTION_LOST);
    }

    @Test
    void listenerRunsInALaneOfItsOwnAndItsExceptionHarmsNobody() throws Exception {
        TestServer server = servers.start();
        LockHandle handle = servers.client().lock("k").acquire();
        List<String> threads = new CopyOnWriteArrayList<>();
        handle.onLost((lost, reason) -> {
            threads.add(Thread.currentThread().getName());
            throw new AssertionError("thrown by the test's listener");
        });
        handle.onLost((lost, reason) -> threads.add(Thread.currentThread().getName()));
        server.faults().cut(server.view().holders("k").get(0).connectionId());
        await().atMost(SOON).until(() -> threads.size() == 2);
        assertThat(threads).allMatch(name -> name.startsWith("dflockd-loss"));
    }

    @Test
    void listenerThatBlocksDelaysNeitherCallersNorEvents() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        LockHandle handle = client.lock("k").acquire();
        CountDownLatch blocks = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 2; i++) {
            handle.onLost((lost, reason) -> {
                blocks.countDown();
                awaitQuietly(release);
            });
        }
        server.faults().cut(server.view().holders("k").get(0).connectionId());
        assertThat(blocks.await(20, TimeUnit.SECONDS)).isTrue();
        await().atMost(SOON).until(() -> events.count("lost") == 1);
        try (LockHandle again = client.lock("k").acquire()) {
            assertThat(again.isHeld()).isTrue();
            assertThat(client.lock("other")
                            .acquireAsync()
                            .get(20, TimeUnit.SECONDS)
                            .release())
                    .isTrue();
        }
        release.countDown();
    }

    /** All but one of the threads that losses may have. */
    @Test
    void listenersThatBlockDelayNoOtherLoss() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(15);
        CompletableFuture<LossReason> told = new CompletableFuture<>();
        try {
            for (int i = 0; i < 15; i++) {
                client.lock("k" + i).acquire().onLost((lost, reason) -> {
                    blocked.countDown();
                    awaitQuietly(release);
                });
            }
            server.faults().cut(server.view().holders("k0").get(0).connectionId());
            assertThat(blocked.await(5, TimeUnit.SECONDS))
                    .as("told at the same time")
                    .isTrue();
            client.lock("next").acquire().onLost((lost, reason) -> told.complete(reason));
            server.faults().cut(server.view().holders("next").get(0).connectionId());
            assertThat(told).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(LossReason.CONNECTION_LOST);
        } finally {
            release.countDown();
        }
    }

    @Test
    void releasedHandleIsNeverReportedLost() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        LockHandle handle = client.lock("k").acquire();
        List<LossReason> reasons = reasonsOf(handle);
        long connection = server.view().holders("k").get(0).connectionId();
        assertThat(handle.release()).isTrue();
        server.faults().cut(connection);
        await().atMost(SOON).until(() -> events.count("disconnected") == 1);
        client.close();
        assertThat(reasons).isEmpty();
        assertThat(events.count("lost")).isZero();
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
        assertThat(handle.lossReason()).isEmpty();
        assertThatIllegalStateException().isThrownBy(handle::ensureHeld).withMessageContaining("released");
    }

    @Test
    void keyCanBeHeldForLongAfterAnEarlierLossOfIt() throws Exception {
        TestServer server = servers.start();
        DistributedLock lock = servers.client().lock("k").withLease(Duration.ofSeconds(3));
        LockHandle lost = lock.acquire();
        server.faults().cut(server.view().holders("k").get(0).connectionId());
        await().atMost(SOON).until(() -> !lost.isHeld());
        try (LockHandle held = lock.acquire()) {
            await().during(Duration.ofMillis(9500)).atMost(SOON).until(held::isHeld);
            assertThat(server.view().holders("k")).hasSize(1);
        }
    }

    @Test
    void holderOfAResetConnectionKnowsItWhenTheNextIsGranted() throws Exception {
        TestServer server = servers.start();
        for (int i = 0; i < 50; i++) {
            DflockdClient client = servers.client(server);
            LockHandle handle = client.lock("k").acquire();
            CompletableFuture<LockHandle> next =
                    servers.client(server).lock("k").acquireAsync();
            ServerState.awaitWaiters(client, "k", 1);
            server.faults().reset(server.view().holders("k").get(0).connectionId());
            LockHandle granted = next.get(20, TimeUnit.SECONDS);
            // A reset arrives at the old holder while the grant arrives at the next one.
            await().pollInterval(Duration.ofMillis(1))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> !handle.isHeld());
            granted.close();
        }
    }

    @Test
    void renewalAnsweredWithNonsenseIsRetriedUntilTheDeadline() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        LockHandle handle = servers.client(settings -> settings.listener(events))
                .lock("k")
                .withLease(Duration.ofSeconds(6))
                .acquire();
        try (TestFault twice = server.faults()
                .inject(Fault.answer("error_busy_now"), FaultTarget.command("n").times(2))) {
            twice.awaitHits(2, SOON);
            await().atMost(SOON).until(() -> events.count("renewed") >= 3);
            assertThat(handle.isHeld()).isTrue();
            assertThat(events.count("renewalFailed")).isEqualTo(2);
        }
        assertThat(handle.release()).isTrue();
    }

    @Test
    void renewalThatNeverSucceedsIsRetriedUntilTheLockIsLost() throws Exception {
        TestServer server = servers.start();
        LockHandle handle =
                servers.client().lock("k").withLease(Duration.ofSeconds(2)).acquire();
        List<LossReason> reasons = reasonsOf(handle);
        TestFault always = server.faults().inject(Fault.answer("error_busy_now"), FaultTarget.command("n"));
        awaitOnce(reasons, LossReason.LEASE_EXPIRED);
        assertThat(always.hits()).as("attempts").isGreaterThan(3);
    }
}
