package io.dflockd.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockRejectedException;
import io.dflockd.client.LockSuspendedException;
import io.dflockd.client.LossReason;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.HolderView;
import io.dflockd.embedded.InjectedFault;
import io.dflockd.spring.lock.KeyEncoding;
import io.dflockd.spring.lock.LockServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.integration.support.locks.DistributedLock;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

// What Spring Integration's tests of its own registries ask, and the test here:
//   testLock, testLockInterruptibly                 lockAndUnlockTenTimes
//   testReentrantLock, ..Interruptibly              reentrantLockIsReleasedByItsLastUnlock
//   testTwoLocks                                    twoKeysAreIndependent
//   testTwoThreadsSecondFails                       secondThreadTriesInVainAndItsUnlockIsRefused
//   testTwoThreads                                  lockIsHandedOverBetweenThreads
//   testTwoThreadsDifferentRegistries               lockIsHandedOverBetweenRegistries
//   twoRedisLockRegistry, multiRedisLockRegistry    severalRegistriesExcludeEachOther
//   testTwoThreadsWrongOneUnlocks                   unlockByAStrangerIsRefused
//   earlyWakeUpTest                                 exactlyOneOfSeveralWaitersIsWoken
//   testEquals, testTwoThreadsRemoveAndObtain..     locksAreEqualByKeyAndRegistry
//   setCapacity, concurrentObtainCapacity, ..       nothingIsKeptOfLocksThatAreNotHeld
//   testLockRenew                                   renewLockRenewsTheLease, renewLockWithATtlSetsTheLease
//   testLockRenewLockNotOwned                       renewLockByAStrangerIsRefused
//   ..WithCustomTtl                                 ttlOfACallOutlivesTheDefault
//   testExceptionOnExpire                           unlockAfterTheLeaseHasEndedIsCritical
//   testUnlockAfterLockStatusHasBeenExpired         ttlBelowASecondIsRoundedUp
//   testUnlockDoesNotDelete..                       unlockAfterALossDoesNotFreeTheLockOfAnother
//   testRenewalOnExpire                             leaseIsRenewedWithoutAScheduler
//   testExpireNotChanged                            tryOfAStrangerDoesNotProlongTheLease
//   testExpireTwoRegistries (throws here)           expiredLockIsFreeForAnotherAndTheTryOfItsFirstOwnerThrows
//   testReentrantLockAfterExpiration (throws here)  reentrantLockAfterALossThrowsUntilAllIsUnlocked
//   testUnlockWhenInterrupted..                     unlockOnAnInterruptedThreadWaitsForASilentServer
// Leader election is in LeaderInitiatorTests.
/** The behaviour that users of Spring Integration's own registries rely on, and what is different here. */
@Timeout(60)
class DflockdLockRegistryTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final String KEY = "integration:k";

    @RegisterExtension
    private final LockServer lockServer = new LockServer();

    private EmbeddedDflockdServer server;

    private DflockdLockRegistry registry;

    /** Of another client: another process, as far as the server can tell. */
    private DflockdLockRegistry other;

    @BeforeEach
    void registries() {
        server = lockServer.server();
        registry = DflockdLockRegistry.builder(lockServer.client()).build();
        other = DflockdLockRegistry.builder(lockServer.other()).build();
    }

    @AfterEach
    void noInterruptIsLeft() {
        assertThat(Thread.interrupted()).as("interrupt flag").isFalse();
    }

    /** Something under way on a thread of its own. */
    private record Started<T>(Thread thread, CompletableFuture<T> result) {

        T get() throws Exception {
            return result.get(20, TimeUnit.SECONDS);
        }

        Throwable failure() throws Exception {
            try {
                return new AssertionError("no exception, but " + get());
            } catch (ExecutionException ex) {
                return ex.getCause();
            }
        }
    }

    private static <T> Started<T> start(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable ex) {
                result.completeExceptionally(ex);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return new Started<>(thread, result);
    }

    private static <T> T onAnotherThread(Callable<T> task) throws Exception {
        return start(task).get();
    }

    private static Throwable failureOnAnotherThread(ThrowingCallable task) throws Exception {
        return start(() -> {
                    try {
                        task.call();
                    } catch (Exception | Error ex) {
                        throw ex;
                    } catch (Throwable ex) {
                        throw new AssertionError(ex);
                    }
                    return "the call has returned";
                })
                .failure();
    }

    private DflockdLockRegistry expiring(DflockdClient client) {
        return DflockdLockRegistry.builder(client)
                .lease(Duration.ofSeconds(1))
                .withoutRenewal()
                .build();
    }

    /** The handle of the current thread. */
    private LockHandle handle(DflockdLockRegistry owner) {
        return handle(owner, lockServer.client());
    }

    private static LockHandle handle(DflockdLockRegistry owner, DflockdClient client) {
        return client.lock(KEY).asReentrantLock(owner).handle().orElseThrow();
    }

    /** The current thread loses the lock that it has. */
    private void lose(DflockdLockRegistry owner) {
        LockHandle held = handle(owner);
        lockServer.loseHolderOf(KEY);
        await().atMost(SOON).until(() -> !held.isHeld());
    }

    /** The ways to acquire. */
    enum Way {
        LOCK {
            @Override
            boolean acquire(DistributedLock lock) {
                lock.lock();
                return true;
            }
        },
        LOCK_WITH_TTL {
            @Override
            boolean acquire(DistributedLock lock) {
                lock.lock(Duration.ofSeconds(5));
                return true;
            }
        },
        LOCK_INTERRUPTIBLY {
            @Override
            boolean acquire(DistributedLock lock) throws InterruptedException {
                lock.lockInterruptibly();
                return true;
            }
        },
        TRY {
            @Override
            boolean acquire(DistributedLock lock) {
                return lock.tryLock();
            }
        },
        TRY_WITHIN {
            @Override
            boolean acquire(DistributedLock lock) throws InterruptedException {
                return lock.tryLock(300, TimeUnit.MILLISECONDS);
            }
        },
        TRY_WITHIN_WITH_TTL {
            @Override
            boolean acquire(DistributedLock lock) throws InterruptedException {
                return lock.tryLock(Duration.ofMillis(300), Duration.ofSeconds(5));
            }
        };

        abstract boolean acquire(DistributedLock lock) throws InterruptedException;
    }

    // --- what Spring Integration's own tests ask of a registry

    @Nested
    class Locking {

        @ParameterizedTest
        @EnumSource
        void lockAndUnlockTenTimes(Way way) throws Exception {
            for (int i = 0; i < 10; i++) {
                DistributedLock lock = registry.obtain("k");
                assertThat(way.acquire(lock)).isTrue();
                assertThat(server.view().holders(KEY)).hasSize(1);
                lock.unlock();
                assertThat(server.view().holders(KEY)).isEmpty();
            }
        }

        @ParameterizedTest
        @EnumSource
        void reentrantLockIsReleasedByItsLastUnlock(Way way) throws Exception {
            DistributedLock lock = registry.obtain("k");
            way.acquire(lock);
            DistributedLock again = registry.obtain("k");
            assertThat(again).isEqualTo(lock);
            assertThat(way.acquire(again)).isTrue();
            again.unlock();
            assertThat(server.view().holders(KEY)).hasSize(1);
            lock.unlock();
            assertThat(server.view().holders(KEY)).isEmpty();
            assertThat(server.view().count("l")).as("requests").isEqualTo(1);
        }

        @Test
        void twoKeysAreIndependent() {
            DistributedLock one = registry.obtain("k");
            DistributedLock two = registry.obtain("k2");
            one.lock();
            assertThat(two.tryLock()).isTrue();
            two.unlock();
            one.unlock();
        }

        @Test
        void secondThreadTriesInVainAndItsUnlockIsRefused() throws Exception {
            DistributedLock lock = registry.obtain("k");
            lock.lock();
            assertThat(onAnotherThread(() -> registry.obtain("k").tryLock(200, TimeUnit.MILLISECONDS)))
                    .isFalse();
            assertThat(failureOnAnotherThread(() -> registry.obtain("k").unlock()))
                    .isInstanceOf(IllegalMonitorStateException.class)
                    .hasMessageContaining("'" + KEY + "'");
            assertThat(server.view().holders(KEY)).hasSize(1);
            lock.unlock();
        }

        @Test
        void lockIsHandedOverBetweenThreads() throws Exception {
            handOver(registry);
        }

        @Test
        void lockIsHandedOverBetweenRegistries() throws Exception {
            handOver(other);
        }

        private void handOver(DflockdLockRegistry next) throws Exception {
            DistributedLock lock = registry.obtain("k");
            lock.lock();
            Started<Integer> waiting = start(() -> {
                Lock mine = next.obtain("k");
                mine.lockInterruptibly();
                int holders = server.view().holders(KEY).size();
                mine.unlock();
                return holders;
            });
            lockServer.awaitWaiting(KEY, 1);
            assertThat(waiting.result()).isNotDone();
            lock.unlock();
            assertThat(waiting.get()).isEqualTo(1);
        }

        @Test
        void severalRegistriesExcludeEachOther() throws Exception {
            int[] counter = new int[1];
            List<Started<Boolean>> all = new ArrayList<>();
            for (DflockdLockRegistry each : List.of(registry, registry, other, other)) {
                all.add(start(() -> {
                    for (int i = 0; i < 50; i++) {
                        Lock lock = each.obtain("k");
                        lock.lock();
                        counter[0]++;
                        lock.unlock();
                    }
                    return true;
                }));
            }
            for (Started<Boolean> one : all) {
                one.get();
            }
            assertThat(counter[0]).isEqualTo(4 * 50);
        }

        @Test
        void unlockByAStrangerIsRefused() {
            assertThatExceptionOfType(IllegalMonitorStateException.class)
                    .isThrownBy(() -> registry.obtain("k").unlock())
                    .withNoCause();
        }

        @Test
        void exactlyOneOfSeveralWaitersIsWoken() throws Exception {
            Lock lock = registry.obtain("k");
            lock.lock();
            List<Integer> order = new CopyOnWriteArrayList<>();
            List<CountDownLatch> mayEnd = new ArrayList<>();
            List<Started<Boolean>> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int number = i;
                DflockdLockRegistry mine = i == 1 ? other : registry;
                CountDownLatch end = new CountDownLatch(1);
                mayEnd.add(end);
                waiting.add(start(() -> {
                    mine.obtain("k").lock();
                    order.add(number);
                    end.await();
                    mine.obtain("k").unlock();
                    return true;
                }));
                lockServer.awaitWaiting(KEY, i + 1);
            }
            lock.unlock();
            for (int i = 0; i < 3; i++) {
                int woken = i + 1;
                await().atMost(SOON).until(() -> order.size() >= woken);
                assertThat(order).hasSize(woken);
                assertThat(server.view().waiters(KEY)).hasSize(2 - i);
                mayEnd.get(i).countDown();
                waiting.get(i).get();
            }
            assertThat(order).containsExactly(0, 1, 2);
        }

        @Test
        void locksAreEqualByKeyAndRegistry() {
            DistributedLock lock = registry.obtain("k");
            assertThat(lock)
                    .isEqualTo(registry.obtain("k"))
                    .hasSameHashCodeAs(registry.obtain("k"))
                    .isNotEqualTo(registry.obtain("k2"))
                    .isNotEqualTo(other.obtain("k"))
                    .isNotEqualTo(DflockdLockRegistry.builder(lockServer.client())
                            .build()
                            .obtain("k"));
        }

        @Test
        void nothingIsKeptOfLocksThatAreNotHeld() {
            Lock held = registry.obtain("k");
            held.lock();
            for (int i = 0; i < 200_000; i++) {
                registry.obtain("unused" + i);
            }
            assertThat(server.view().count("l")).as("requests").isEqualTo(1);
            assertThat(registry.obtain("k").tryLock()).as("still held").isTrue();
            held.unlock();
            held.unlock();
        }

        @Test
        void executeLockedRunsWithTheLock() throws Exception {
            assertThat(registry.<Integer, RuntimeException>executeLocked(
                            "k", () -> server.view().holders(KEY).size()))
                    .isEqualTo(1);
            assertThat(server.view().holders(KEY)).isEmpty();
            other.obtain("k").lock();
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> registry.executeLocked("k", Duration.ofMillis(50), () -> {}));
            other.obtain("k").unlock();
        }

        @Test
        void thereAreNoConditions() {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> registry.obtain("k").newCondition());
        }
    }

    @Nested
    class Leases {

        @Test
        void renewLockRenewsTheLease() {
            DflockdLockRegistry expiring = expiring(lockServer.client());
            DistributedLock lock = expiring.obtain("k");
            lock.lock(Duration.ofSeconds(30));
            long before = server.view().count("n");
            expiring.renewLock("k");
            assertThat(server.view().count("n")).isEqualTo(before + 1);
            assertThat(handle(expiring).lease()).isEqualTo(Duration.ofSeconds(30));
            lock.unlock();
        }

        @Test
        void renewLockWithATtlSetsTheLease() {
            DistributedLock lock = registry.obtain("k");
            lock.lock();
            registry.renewLock("k", Duration.ofHours(2));
            assertThat(handle(registry).lease()).isEqualTo(Duration.ofHours(2));
            assertThat(server.view().holders(KEY).get(0).remainingLease()).isGreaterThan(Duration.ofHours(1));
            lock.unlock();
        }

        @Test
        void renewLockByAStrangerIsRefused() throws Exception {
            assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(() -> registry.renewLock("k"));
            Lock lock = registry.obtain("k");
            lock.lock();
            assertThat(failureOnAnotherThread(() -> registry.renewLock("k", Duration.ofSeconds(5))))
                    .isInstanceOf(IllegalMonitorStateException.class);
            assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(() -> other.renewLock("k"));
            lock.unlock();
        }

        @Test
        void renewLockOfALostLockFails() {
            Lock lock = registry.obtain("k");
            lock.lock();
            lose(registry);
            for (ThrowingCallable renewal : List.<ThrowingCallable>of(
                    () -> registry.renewLock("k"), () -> registry.renewLock("k", Duration.ofSeconds(5)))) {
                assertThatIllegalStateException()
                        .isThrownBy(renewal)
                        .withCauseInstanceOf(LockLostException.class)
                        .withStackTraceContaining("CONNECTION_LOST");
            }
            assertThatExceptionOfType(ConcurrentModificationException.class).isThrownBy(lock::unlock);
        }

        @ParameterizedTest
        @EnumSource(names = {"LOCK_WITH_TTL", "TRY_WITHIN_WITH_TTL"})
        void ttlOfACallOutlivesTheDefault(Way way) throws Exception {
            DflockdLockRegistry expiring = expiring(lockServer.client());
            DistributedLock lock = expiring.obtain("k");
            assertThat(way.acquire(lock)).isTrue();
            server.advanceLeaseClock(Duration.ofSeconds(2));
            assertThat(other.obtain("k").tryLock()).isFalse();
            lock.unlock();
        }

        @Test
        void ttlOfANestedCallHasNoEffect() {
            DistributedLock lock = registry.obtain("k");
            lock.lock(Duration.ofSeconds(30));
            lock.lock(Duration.ofSeconds(1));
            assertThat(handle(registry).lease()).isEqualTo(Duration.ofSeconds(30));
            lock.unlock();
            lock.unlock();
        }

        @Test
        void ttlBelowASecondIsRoundedUp() {
            DistributedLock lock = registry.obtain("k");
            lock.lock(Duration.ofMillis(100));
            assertThat(handle(registry).lease()).isEqualTo(Duration.ofSeconds(1));
            lock.unlock();
        }

        @Test
        void ttlThatIsNotPositiveIsRefused() {
            DistributedLock lock = registry.obtain("k");
            for (Duration ttl : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
                assertThatIllegalArgumentException().isThrownBy(() -> lock.lock(ttl));
                assertThatIllegalArgumentException().isThrownBy(() -> lock.tryLock(Duration.ZERO, ttl));
                assertThatIllegalArgumentException()
                        .isThrownBy(() ->
                                DflockdLockRegistry.builder(lockServer.client()).lease(ttl));
            }
            assertThat(server.view().holders()).isEmpty();
        }

        @Test
        void leaseIsRenewedWithoutAScheduler() throws Exception {
            registry.setRenewalTaskScheduler(new SimpleAsyncTaskScheduler());
            DistributedLock lock = registry.obtain("k");
            lock.lock(Duration.ofSeconds(1));
            String token = handle(registry).token();
            await().atMost(SOON).until(() -> server.view().count("n") >= 3);
            assertThat(handle(registry).isHeld()).isTrue();
            assertThat(server.view().holders(KEY).get(0).token()).isEqualTo(token);
            lock.unlock();
        }

        @Test
        void schedulerIsRefusedWhereRenewalIsOff() {
            assertThatIllegalStateException()
                    .isThrownBy(
                            () -> expiring(lockServer.client()).setRenewalTaskScheduler(new SimpleAsyncTaskScheduler()))
                    .withMessageContaining("withoutRenewal()");
        }

        @Test
        void tryOfAStrangerDoesNotProlongTheLease() throws Exception {
            DflockdLockRegistry expiring = expiring(lockServer.client());
            DistributedLock lock = expiring.obtain("k");
            lock.lock(Duration.ofSeconds(30));
            Duration before = server.view().holders(KEY).get(0).remainingLease();
            assertThat(other.obtain("k").tryLock()).isFalse();
            assertThat(onAnotherThread(() -> expiring.obtain("k").tryLock())).isFalse();
            assertThat(server.view().holders(KEY).get(0).remainingLease()).isLessThanOrEqualTo(before);
            lock.unlock();
        }
    }

    // --- loss

    @Nested
    class Loss {

        @Test
        void unlockAfterTheLeaseHasEndedIsCritical() throws Exception {
            DistributedLock lock = expiring(lockServer.client()).obtain("k");
            lock.lock();
            assertThat(other.obtain("k").tryLock(20, TimeUnit.SECONDS))
                    .as("free when the lease has ended")
                    .isTrue();
            assertThatExceptionOfType(ConcurrentModificationException.class)
                    .isThrownBy(lock::unlock)
                    .withMessageContaining("'" + KEY + "'")
                    .withMessageContaining("LEASE_EXPIRED")
                    .havingCause()
                    .isInstanceOfSatisfying(
                            LockLostException.class,
                            lost -> assertThat(lost.reason()).isEqualTo(LossReason.LEASE_EXPIRED));
            other.obtain("k").unlock();
        }

        @Test
        void unlockAfterALossDoesNotFreeTheLockOfAnother() {
            Lock lock = registry.obtain("k");
            lock.lock();
            lose(registry);
            other.obtain("k").lock();
            String token = server.view().holders(KEY).get(0).token();
            assertThatExceptionOfType(ConcurrentModificationException.class)
                    .isThrownBy(lock::unlock)
                    .withMessageContaining("CONNECTION_LOST");
            assertThat(server.view().holders(KEY).get(0).token()).isEqualTo(token);
            other.obtain("k").unlock();
        }

        @Test
        void expiredLockIsFreeForAnotherAndTheTryOfItsFirstOwnerThrows() throws Exception {
            DistributedLock lock = expiring(lockServer.client()).obtain("k");
            lock.lock();
            assertThat(other.obtain("k").tryLock(20, TimeUnit.SECONDS)).isTrue();
            assertThatExceptionOfType(CannotAcquireLockException.class)
                    .isThrownBy(lock::tryLock)
                    .withCauseInstanceOf(LockLostException.class);
            other.obtain("k").unlock();
            assertThatExceptionOfType(ConcurrentModificationException.class).isThrownBy(lock::unlock);
        }

        @ParameterizedTest
        @EnumSource
        void reentrantLockAfterALossThrowsUntilAllIsUnlocked(Way way) throws Exception {
            DistributedLock lock = registry.obtain("k");
            lock.lock();
            lock.lock();
            lose(registry);
            for (int count = 2; count > 0; count--) {
                assertThatExceptionOfType(CannotAcquireLockException.class)
                        .isThrownBy(() -> way.acquire(lock))
                        .withCauseInstanceOf(LockLostException.class);
                assertThatExceptionOfType(ConcurrentModificationException.class).isThrownBy(lock::unlock);
            }
            assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
            assertThat(way.acquire(lock)).as("a fresh lock").isTrue();
            lock.unlock();
        }

        @Test
        void suspendedLockIsNoLossIfTheServerStillHasIt() throws Exception {
            try (EmbeddedDflockdServer keeping = EmbeddedDflockdServer.builder()
                            .autoReleaseOnDisconnect(false)
                            .start();
                    DflockdClient client = DflockdClient.builder()
                            .servers(keeping.address())
                            .serverAutoRelease(false)
                            .build()) {
                DflockdLockRegistry own = DflockdLockRegistry.builder(client)
                        .interruptOnLoss(true)
                        .build();
                Lock lock = own.obtain("k");
                lock.lock();
                LockHandle held = handle(own, client);
                InjectedFault down = keeping.faults().refuseConnections();
                keeping.faults().cut(keeping.view().holders(KEY).get(0).connectionId());
                await().atMost(SOON).until(() -> held.state() == LockHandle.State.SUSPENDED);
                assertThatExceptionOfType(CannotAcquireLockException.class)
                        .isThrownBy(lock::tryLock)
                        .withCauseInstanceOf(LockSuspendedException.class);
                CompletableFuture<Void> up = CompletableFuture.runAsync(down::remove);
                lock.unlock();
                up.join();
                assertThat(keeping.view().holders(KEY)).isEmpty();
            }
        }

        @Test
        void executeLockedReportsALoss() {
            assertThatExceptionOfType(ConcurrentModificationException.class)
                    .isThrownBy(() -> registry.executeLocked("k", () -> lose(registry)));
        }

        @Test
        void lossDoesNotInterruptByDefault() {
            Lock lock = registry.obtain("k");
            lock.lock();
            CompletableFuture<Boolean> told = new CompletableFuture<>();
            lose(registry);
            handle(registry).onLost((lost, reason) -> told.complete(true));
            assertThat(told).succeedsWithin(SOON);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThatExceptionOfType(ConcurrentModificationException.class).isThrownBy(lock::unlock);
        }
    }

    /** Each of them loses the lock, and acquires it again when it has unlocked it. */
    private void cutTheNextHolders(int count) {
        long cut = 0;
        for (int i = 0; i < count; i++) {
            long last = cut;
            server.await(view -> view.holders(KEY).stream().anyMatch(holder -> holder.fence() > last), SOON);
            HolderView holder = server.view().holders(KEY).get(0);
            server.faults().cut(holder.connectionId());
            cut = holder.fence();
        }
    }

    @Nested
    class InterruptOnLoss {

        private final CountDownLatch never = new CountDownLatch(1);

        private DflockdLockRegistry interrupting;

        @BeforeEach
        void registry() {
            interrupting = DflockdLockRegistry.builder(lockServer.client())
                    .interruptOnLoss(true)
                    .build();
        }

        @Test
        void threadThatSleepsIsInterrupted() throws Exception {
            CompletableFuture<Void> locked = new CompletableFuture<>();
            Started<Boolean> working = start(() -> {
                interrupting.obtain("k").lock();
                locked.complete(null);
                return never.await(20, TimeUnit.SECONDS);
            });
            assertThat(locked).succeedsWithin(SOON);
            lockServer.loseHolderOf(KEY);
            assertThat(working.failure()).isInstanceOf(InterruptedException.class);
        }

        @Test
        void interruptThatNobodyConsumedIsTakenBackAtTheLastUnlock() throws Exception {
            CompletableFuture<Boolean> locked = new CompletableFuture<>();
            Started<List<Boolean>> working = start(() -> {
                Lock lock = interrupting.obtain("k");
                lock.lock();
                lock.lock();
                locked.complete(true);
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
                List<Boolean> flags = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    assertThatExceptionOfType(ConcurrentModificationException.class)
                            .isThrownBy(lock::unlock);
                    flags.add(Thread.currentThread().isInterrupted());
                }
                return flags;
            });
            assertThat(locked).succeedsWithin(SOON);
            lockServer.loseHolderOf(KEY);
            assertThat(working.get()).containsExactly(true, false);
        }

        /** The thread unlocks as soon as the lock is lost, which is before or after the watcher is told. */
        @Test
        void lossThatIsToldAfterTheUnlockInterruptsNobody() throws Exception {
            int rounds = 10;
            Started<Integer> working = start(() -> {
                int interrupts = 0;
                for (int i = 0; i < rounds; i++) {
                    Lock lock = interrupting.obtain("k");
                    lock.lock();
                    LockHandle held = handle(interrupting);
                    CompletableFuture<Boolean> told = new CompletableFuture<>();
                    held.onLost((lost, reason) -> told.complete(true));
                    while (held.isHeld()) {
                        Thread.onSpinWait();
                    }
                    assertThatExceptionOfType(ConcurrentModificationException.class)
                            .isThrownBy(lock::unlock);
                    told.join();
                    interrupts += Thread.interrupted() ? 1 : 0;
                }
                return interrupts;
            });
            cutTheNextHolders(rounds);
            assertThat(working.get()).isZero();
        }

        @Test
        void nextLockOfTheThreadIsWatchedAgain() throws Exception {
            Started<Integer> working = start(() -> {
                Lock lock = interrupting.obtain("k");
                int interrupts = 0;
                for (int i = 0; i < 2; i++) {
                    lock.lock();
                    try {
                        never.await();
                    } catch (InterruptedException ex) {
                        interrupts++;
                    }
                    assertThatExceptionOfType(ConcurrentModificationException.class)
                            .isThrownBy(lock::unlock);
                }
                return interrupts;
            });
            cutTheNextHolders(2);
            assertThat(working.get()).isEqualTo(2);
        }
    }

    // --- trouble

    @Nested
    class Trouble {

        @ParameterizedTest
        @EnumSource
        void refusalOfTheServerIsAnError(Way way) {
            server.faults().inject(Fault.answer("error_max_locks"), FaultTarget.command("l"));
            assertFails(way, LockRejectedException.class);
        }

        @ParameterizedTest
        @EnumSource(names = {"TRY", "TRY_WITHIN", "TRY_WITHIN_WITH_TTL"})
        void serverThatIsDownIsAnError(Way way) throws Exception {
            server.stop();
            assertFails(way, DflockdConnectionException.class);
            server.start();
        }

        @ParameterizedTest
        @EnumSource
        void closedClientIsAnError(Way way) {
            lockServer.client().close();
            assertFails(way, ClientClosedException.class);
        }

        private void assertFails(Way way, Class<? extends DflockdException> cause) {
            assertThatExceptionOfType(CannotAcquireLockException.class)
                    .isThrownBy(() -> way.acquire(registry.obtain("k")))
                    .withMessageContaining("'" + KEY + "'")
                    .withCauseInstanceOf(cause);
            assertThatExceptionOfType(IllegalMonitorStateException.class)
                    .as("nothing is held")
                    .isThrownBy(registry.obtain("k")::unlock);
        }

        @Test
        void lockWaitsForAServerThatIsDown() throws Exception {
            server.stop();
            Started<Boolean> locking = start(() -> {
                registry.obtain("k").lock();
                registry.obtain("k").unlock();
                return true;
            });
            await().during(Duration.ofMillis(300))
                    .atMost(SOON)
                    .until(() -> !locking.result().isDone());
            server.start();
            assertThat(locking.get()).isTrue();
        }

        @Test
        void unlockOnAnInterruptedThreadWaitsForASilentServer() throws Exception {
            CountDownLatch stalled = new CountDownLatch(1);
            CompletableFuture<Boolean> held = new CompletableFuture<>();
            Started<Boolean> working = start(() -> {
                registry.obtain("k").lock();
                held.complete(true);
                stalled.await();
                Thread.currentThread().interrupt();
                registry.obtain("k").unlock();
                return Thread.currentThread().isInterrupted();
            });
            assertThat(held).succeedsWithin(SOON);
            InjectedFault silence = server.faults().stall();
            stalled.countDown();
            await().during(Duration.ofMillis(300))
                    .atMost(SOON)
                    .until(() -> !working.result().isDone());
            silence.remove();
            assertThat(working.get()).as("the flag is kept").isTrue();
            assertThat(server.view().holders(KEY)).isEmpty();
        }

        @Test
        void twoRegistriesOfOneClientAreTwoOwners() throws Exception {
            DflockdLockRegistry second =
                    DflockdLockRegistry.builder(lockServer.client()).build();
            registry.obtain("k").lock();
            assertThat(second.obtain("k").tryLock()).as("the same thread").isFalse();
            assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(second.obtain("k")::unlock);
            registry.obtain("k").unlock();
            assertThat(second.obtain("k").tryLock()).isTrue();
            second.obtain("k").unlock();
        }
    }

    // --- interrupts

    @Nested
    class Interrupts {

        @Test
        void tryLockOnAnInterruptedThreadIsFalseAndKeepsTheFlag() {
            Thread.currentThread().interrupt();
            assertThat(registry.obtain("k").tryLock()).isFalse();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(server.view().count("l")).as("requests").isZero();
        }

        @ParameterizedTest
        @EnumSource(names = {"LOCK_INTERRUPTIBLY", "TRY_WITHIN", "TRY_WITHIN_WITH_TTL"})
        void interruptibleCallsThrowOnAnInterruptedThread(Way way) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> way.acquire(registry.obtain("k")));
            assertThat(Thread.interrupted()).as("thrown, so cleared").isFalse();
        }

        @ParameterizedTest
        @EnumSource(names = {"LOCK", "LOCK_WITH_TTL"})
        void lockOnAnInterruptedThreadLocksAndKeepsTheFlag(Way way) throws Exception {
            DistributedLock lock = registry.obtain("k");
            Thread.currentThread().interrupt();
            assertThat(way.acquire(lock)).isTrue();
            assertThat(Thread.interrupted()).isTrue();
            lock.unlock();
        }

        @Test
        void interruptWithdrawsTheWait() throws Exception {
            other.obtain("k").lock();
            Started<Boolean> waiting = start(() -> registry.obtain("k").tryLock(20, TimeUnit.SECONDS));
            lockServer.awaitWaiting(KEY, 1);
            waiting.thread().interrupt();
            assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
            other.obtain("k").unlock();
            lockServer.awaitFree();
        }
    }

    // --- keys

    @Nested
    class Keys {

        @Test
        void keysWithBlanksAreLocksOfTheirOwn() {
            DistributedLock blank = registry.obtain("a b");
            DistributedLock escaped = registry.obtain("a%20b");
            blank.lock();
            assertThat(server.view().holders("integration:a%20b")).hasSize(1);
            assertThat(other.obtain("a b").tryLock()).isFalse();
            assertThat(other.obtain("a%20b").tryLock()).isTrue();
            other.obtain("a%20b").unlock();
            assertThat(escaped).isNotEqualTo(blank);
            blank.unlock();
        }

        @Test
        void prefixAndEncodingAreSettings() {
            DflockdLockRegistry own = DflockdLockRegistry.builder(lockServer.client())
                    .keyPrefix("mine/")
                    .keyEncoding(KeyEncoding.hashUnfit())
                    .build();
            Lock lock = own.obtain("long".repeat(100));
            lock.lock();
            assertThat(server.view().holders().get(0).key())
                    .startsWith("mine/longlong")
                    .contains("-sha256-");
            lock.unlock();
        }

        @Test
        void keysThatCannotBeSentAreRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> registry.obtain("long".repeat(100)))
                    .withMessageContaining("256");
            for (Object key : new Object[] {UUID.randomUUID(), 7, null}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> registry.obtain(key))
                        .withMessageContaining("java.lang.String");
            }
        }

        @Test
        void nameOfTheRegistryIsThatOfItsLocks() {
            Lock lock = DflockdLockRegistry.builder(lockServer.client())
                    .name("orders")
                    .build()
                    .obtain("k");
            lock.lock();
            registry.obtain("k2").lock();
            assertThat(lockServer.client().snapshot().held())
                    .extracting("name")
                    .containsExactlyInAnyOrder("orders", "lock-registry");
            registry.obtain("k2").unlock();
            lock.unlock();
        }
    }
}
