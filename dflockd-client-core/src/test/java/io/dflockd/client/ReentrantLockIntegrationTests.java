package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.dflockd.client.testserver.TestFault;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A re-entrant lock keeps the contract of {@link java.util.concurrent.locks.Lock} between threads, clients and processes. */
@Timeout(60)
@Execution(ExecutionMode.SAME_THREAD)
class ReentrantLockIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @RegisterExtension
    private final RecordedLog log = new RecordedLog();

    /** Something under way on a thread of its own. */
    private record Started<T>(Thread thread, CompletableFuture<T> result) {

        T get() throws Exception {
            return result.get(20, TimeUnit.SECONDS);
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
        thread.start();
        return new Started<>(thread, result);
    }

    private static void cutHolder(TestServer server, String key) {
        server.faults().cut(server.view().holders(key).get(0).connectionId());
    }

    // --- exclusion and order

    @Test
    void threadsAndClientsExcludeEachOther() throws Exception {
        String key = servers.key();
        int[] counter = new int[1];
        List<Started<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            ReentrantDistributedLock lock = servers.client().reentrantLock(key);
            for (int thread = 0; thread < 2; thread++) {
                all.add(start(() -> {
                    for (int round = 0; round < 20; round++) {
                        lock.lock();
                        try {
                            lock.lock();
                            counter[0]++;
                            lock.unlock();
                        } finally {
                            lock.unlock();
                        }
                    }
                    return 0;
                }));
            }
        }
        for (Started<Integer> one : all) {
            one.get();
        }
        assertThat(counter[0]).isEqualTo(6 * 2 * 20);
    }

    @Test
    void threadsOfOneClientAreGrantedInTheOrderOfTheServersQueue() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        ReentrantDistributedLock lock = client.reentrantLock(key);
        List<Integer> order = new CopyOnWriteArrayList<>();
        List<Started<Boolean>> waiting = new ArrayList<>();
        lock.lock();
        for (int i = 0; i < 5; i++) {
            int number = i;
            waiting.add(start(() -> {
                lock.lock();
                order.add(number);
                lock.unlock();
                return true;
            }));
            ServerState.awaitWaiters(client, key, i + 1);
        }
        lock.unlock();
        for (Started<Boolean> one : waiting) {
            one.get();
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void tryIsRefusedWhileAnotherThreadHasItAndWhileSomebodyWaits() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        ReentrantDistributedLock lock = client.reentrantLock(key);
        lock.lock();
        assertThat(start(lock::tryLock).get()).isFalse();
        assertThat(start(() -> lock.tryLock(200, TimeUnit.MILLISECONDS)).get()).isFalse();
        assertThat(start(() -> lock.tryLock(-1, TimeUnit.SECONDS)).get()).isFalse();
        assertThat(start(() -> lock.tryLock(Duration.ofMillis(100), Duration.ofSeconds(5)))
                        .get())
                .isFalse();
        Started<Boolean> first = start(() -> lock.tryLock(20, TimeUnit.SECONDS));
        ServerState.awaitWaiters(client, key, 1);
        lock.unlock();
        assertThat(first.get()).isTrue();
        assertThat(lock.tryLock()).as("the other thread has it").isFalse();
    }

    @Test
    void longestTimesCanBeWaited() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        ReentrantDistributedLock lock = client.reentrantLock(key);
        LockHandle other = client.lock(key).acquire();
        Started<Boolean> nanos = start(() -> lock.tryLock(Long.MAX_VALUE, TimeUnit.NANOSECONDS));
        ServerState.awaitWaiters(client, key, 1);
        Started<Boolean> leased = start(() -> lock.tryLock(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofSeconds(5)));
        ServerState.awaitWaiters(client, key, 2);
        leased.thread().interrupt();
        nanos.thread().interrupt();
        for (Started<Boolean> waited : List.of(nanos, leased)) {
            assertThat(waited.result())
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOf(InterruptedException.class);
        }
        other.close();
    }

    @Test
    void leaseOfALockIsRenewed() throws Exception {
        TestServer server = servers.start();
        ReentrantDistributedLock lock = servers.client().reentrantLock("k");
        lock.lock(Duration.ofSeconds(1));
        LockHandle handle = lock.handle().orElseThrow();
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(1));
        await().during(Duration.ofSeconds(2)).atMost(SOON).until(handle::isHeld);
        lock.unlock();
        assertThat(server.view().holders("k")).as("unlock waits for the server").isEmpty();
    }

    @Test
    void minimumTimeOfTheLockCounts() throws Exception {
        String key = servers.key();
        ReentrantDistributedLock lock = servers.client()
                .lock(key)
                .withHoldAtLeast(Duration.ofMillis(400))
                .asReentrantLock();
        long start = System.nanoTime();
        lock.lock();
        lock.unlock();
        lock.lock();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(400_000_000L);
        lock.unlock();
    }

    // --- interrupts

    @Test
    void interruptDoesNotCostThePlaceOfALock() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        ReentrantDistributedLock lock = client.reentrantLock("k");
        LockHandle other = client.lock("k").acquire();
        Started<Boolean> locking = start(() -> {
            lock.lock();
            boolean flag = Thread.currentThread().isInterrupted();
            lock.unlock();
            return flag;
        });
        ServerState.awaitWaiters(client, "k", 1);
        String place = server.view().waiters("k").toString();
        for (int i = 0; i < 3; i++) {
            locking.thread().interrupt();
        }
        await().during(Duration.ofMillis(200))
                .atMost(SOON)
                .until(() -> server.view().waiters("k").toString().equals(place));
        other.close();
        assertThat(locking.get()).as("the flag is kept").isTrue();
        assertThat(server.view().holders("k"))
                .as("unlocked on an interrupted thread")
                .isEmpty();
    }

    /** The ways to wait that an interrupt ends. */
    enum InterruptibleWay {
        LOCK_INTERRUPTIBLY {
            @Override
            boolean lock(ReentrantDistributedLock lock) throws InterruptedException {
                lock.lockInterruptibly();
                return true;
            }
        },
        TRY_WITHIN {
            @Override
            boolean lock(ReentrantDistributedLock lock) throws InterruptedException {
                return lock.tryLock(20, TimeUnit.SECONDS);
            }
        },
        TRY_WITH_LEASE {
            @Override
            boolean lock(ReentrantDistributedLock lock) throws InterruptedException {
                return lock.tryLock(Duration.ofSeconds(20), Duration.ofSeconds(5));
            }
        };

        abstract boolean lock(ReentrantDistributedLock lock) throws InterruptedException;
    }

    @ParameterizedTest
    @EnumSource
    void interruptEndsTheWait(InterruptibleWay way) throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        ReentrantDistributedLock lock = client.reentrantLock(key);
        LockHandle other = client.lock(key).acquire();
        Started<Boolean> locking = start(() -> way.lock(lock));
        ServerState.awaitWaiters(client, key, 1);
        locking.thread().interrupt();
        assertThat(locking.result())
                .failsWithin(SOON)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(InterruptedException.class);
        other.close();
        assertThat(lock.tryLock(20, TimeUnit.SECONDS)).as("nobody else got it").isTrue();
        lock.unlock();
    }

    @Test
    void unlockOnAnInterruptedThreadWaitsForTheServer() throws Exception {
        TestServer server = servers.start();
        ReentrantDistributedLock lock = servers.client().reentrantLock("k");
        lock.lock();
        server.faults().inject(Fault.delayRequest(Duration.ofMillis(300)), FaultTarget.command("r"));
        Thread.currentThread().interrupt();
        lock.unlock();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(server.view().holders("k")).isEmpty();
    }

    // --- trouble

    @Test
    void lockWaitsForAServerThatIsDownAndWarnsOnce() throws Exception {
        TestServer server = servers.start();
        TestFault down = server.faults().refuseConnections();
        String key = servers.key();
        ReentrantDistributedLock lock = servers.client().reentrantLock(key);
        Started<Boolean> locking = start(() -> {
            lock.lock();
            lock.unlock();
            return true;
        });
        await().atMost(SOON).until(() -> !log.lines(Level.WARN, key).isEmpty());
        await().during(Duration.ofMillis(700))
                .atMost(SOON)
                .until(() -> !locking.result().isDone());
        down.remove();
        assertThat(locking.get()).isTrue();
        assertThat(log.lines(Level.WARN, key))
                .hasSize(1)
                .allMatch(line -> line.contains(server.address()) && line.contains("waits"));
    }

    @Test
    void lockAsksAgainAfterItsConnectionBroke() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        ReentrantDistributedLock lock = client.reentrantLock("k");
        LockHandle other = servers.client(server).lock("k").acquire();
        Started<Boolean> locking = start(() -> {
            lock.lock();
            lock.unlock();
            return true;
        });
        ServerState.awaitWaiters(client, "k", 1);
        server.faults().cut(server.view().waiters("k").get(0).connectionId());
        await().atMost(SOON).until(() -> server.view().count("l") >= 4);
        other.close();
        assertThat(locking.get()).isTrue();
    }

    @Test
    void troubleIsNeverReportedAsBusy() throws Exception {
        TestServer server = servers.start();
        ReentrantDistributedLock lock = servers.client().reentrantLock("k");
        server.faults().inject(Fault.answer("error_max_locks"), FaultTarget.command("l"));
        for (ThrowingCallable verb : List.<ThrowingCallable>of(
                lock::lock,
                lock::lockInterruptibly,
                lock::tryLock,
                () -> lock.tryLock(1, TimeUnit.SECONDS),
                () -> lock.tryLock(Duration.ofSeconds(1), Duration.ofSeconds(1)))) {
            assertThatExceptionOfType(LockRejectedException.class).isThrownBy(verb);
        }
        server.faults().clear();
        server.faults().refuseConnections();
        server.view().connections().forEach(connection -> server.faults().cut(connection.id()));
        assertThatExceptionOfType(DflockdConnectionException.class).isThrownBy(() -> {
            while (lock.tryLock()) {
                // Until the client has seen the end of the connection.
                lock.unlock();
            }
        });
        assertThat(lock.getHoldCount()).isZero();
    }

    @Test
    void wrongAuthTokenIsNotWaitedFor() {
        TestServer server = servers.start(settings -> settings.authToken("secret"));
        ReentrantDistributedLock lock = servers.client(
                        settings -> settings.servers(server.address()).authToken("wrong"))
                .reentrantLock("k");
        assertThatExceptionOfType(DflockdAuthenticationException.class).isThrownBy(lock::lock);
        assertThatExceptionOfType(DflockdAuthenticationException.class).isThrownBy(lock::tryLock);
    }

    @Test
    void closedClientIsRefused() {
        DflockdClient client = servers.client();
        ReentrantDistributedLock lock = client.reentrantLock("k");
        client.close();
        assertThatExceptionOfType(ClientClosedException.class).isThrownBy(lock::lock);
        assertThatExceptionOfType(ClientClosedException.class).isThrownBy(lock::tryLock);
    }

    @Test
    void closeOfTheClientEndsTheWait() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        DflockdClient other = servers.client();
        LockHandle held = other.lock(key).acquire();
        Started<Boolean> locking = start(() -> {
            client.reentrantLock(key).lock();
            return true;
        });
        ServerState.awaitWaiters(other, key, 1);
        client.close();
        assertThat(locking.result())
                .failsWithin(SOON)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(ClientClosedException.class);
        held.close();
    }

    // --- loss

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void lostLockIsToldAtEachUnlock(int count) throws Exception {
        TestServer server = servers.start();
        ReentrantDistributedLock lock = servers.client().reentrantLock("k");
        for (int i = 0; i < count; i++) {
            lock.lock();
        }
        LockHandle handle = lock.handle().orElseThrow();
        cutHolder(server, "k");
        await().atMost(SOON).until(() -> !handle.isHeld());
        assertThat(lock.isHeldByCurrentThread()).isFalse();
        assertThat(lock.getHoldCount()).isEqualTo(count);
        for (ThrowingCallable verb : List.<ThrowingCallable>of(
                lock::lock, lock::lockInterruptibly, lock::tryLock, () -> lock.tryLock(1, TimeUnit.SECONDS))) {
            assertThatExceptionOfType(LockLostException.class)
                    .isThrownBy(verb)
                    .satisfies(lost -> assertThat(lost.reason()).isEqualTo(LossReason.CONNECTION_LOST));
        }
        for (int i = 0; i < count; i++) {
            assertThatExceptionOfType(IllegalMonitorStateException.class)
                    .isThrownBy(lock::unlock)
                    .withCauseInstanceOf(LockLostException.class)
                    .withMessageContaining("CONNECTION_LOST");
        }
        assertThat(lock.getHoldCount()).isZero();
        assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(lock::unlock)
                .withNoCause();
        lock.lock();
        lock.unlock();
    }

    @Test
    void lockThatIsHeldTooLongIsLost() throws Exception {
        ReentrantDistributedLock lock = servers.client()
                .lock(servers.key())
                .withHoldAtMost(Duration.ofMillis(100))
                .asReentrantLock();
        lock.lock();
        LockHandle handle = lock.handle().orElseThrow();
        await().atMost(SOON).until(() -> !handle.isHeld());
        assertThat(lock.isHeldByCurrentThread()).isFalse();
        assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(lock::unlock)
                .withMessageContaining("HELD_TOO_LONG");
    }

    @Test
    void unlockThatIsNotConfirmedIsNoFailure() throws Exception {
        TestServer server = servers.start();
        ReentrantDistributedLock lock = servers.client().reentrantLock("k");
        lock.lock();
        server.faults().inject(Fault.cut(), FaultTarget.command("r"));
        lock.unlock();
        assertThat(lock.getHoldCount()).isZero();
        await().atMost(SOON).until(() -> server.view().holders("k").isEmpty());
    }

    // --- suspended, at a server that keeps the locks of lost connections

    private TestServer keepingServer() {
        return servers.start(settings -> settings.autoReleaseOnDisconnect(false));
    }

    private ReentrantDistributedLock lockAtKeepingServer(Duration requestTimeout) {
        return servers.client(settings -> settings.serverAutoRelease(false).requestTimeout(requestTimeout))
                .reentrantLock("k");
    }

    /** Suspends the lock of this thread until the server takes connections again. */
    private static void suspend(TestServer server, ReentrantDistributedLock lock) {
        server.faults().refuseConnections();
        server.view().connections().forEach(connection -> server.faults().cut(connection.id()));
        LockHandle handle = lock.handle().orElseThrow();
        await().atMost(SOON).until(() -> handle.state() == LockHandle.State.SUSPENDED);
    }

    private static CompletableFuture<Void> takeConnectionsAgain(TestServer server, Thread oncePark) {
        return CompletableFuture.runAsync(() -> {
            await().atMost(SOON).until(() -> oncePark.getState() == Thread.State.TIMED_WAITING);
            server.faults().clear();
        });
    }

    @Test
    void suspendedLockIsWaitedForByThoseWhoLockItAgain() throws Exception {
        TestServer server = keepingServer();
        ReentrantDistributedLock lock = lockAtKeepingServer(Duration.ofSeconds(5));
        lock.lock();
        for (ThrowingCallable verb : List.<ThrowingCallable>of(
                lock::lock,
                () -> lock.lock(Duration.ofSeconds(9)),
                lock::lockInterruptibly,
                () -> assertThat(lock.tryLock(20, TimeUnit.SECONDS)).isTrue(),
                () -> assertThat(lock.tryLock(SOON, Duration.ofSeconds(9))).isTrue())) {
            suspend(server, lock);
            CompletableFuture<Void> again = takeConnectionsAgain(server, Thread.currentThread());
            assertThatNoException().isThrownBy(verb);
            again.get(20, TimeUnit.SECONDS);
            assertThat(lock.getHoldCount()).isEqualTo(2);
            lock.unlock();
        }
        lock.unlock();
    }

    @Test
    void suspendedLockIsRefusedToThoseWhoDoNotWait() throws Exception {
        TestServer server = keepingServer();
        ReentrantDistributedLock lock = lockAtKeepingServer(Duration.ofSeconds(5));
        lock.lock();
        lock.lock();
        suspend(server, lock);
        assertThatExceptionOfType(LockSuspendedException.class).isThrownBy(lock::tryLock);
        assertThatExceptionOfType(LockSuspendedException.class)
                .isThrownBy(() -> lock.tryLock(50, TimeUnit.MILLISECONDS));
        Thread locks = Thread.currentThread();
        CompletableFuture<Void> interrupt = CompletableFuture.runAsync(() -> {
            await().atMost(SOON).until(() -> locks.getState() == Thread.State.TIMED_WAITING);
            locks.interrupt();
        });
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(lock::lockInterruptibly);
        interrupt.get(20, TimeUnit.SECONDS);
        assertThat(lock.getHoldCount()).isEqualTo(2);
        lock.unlock();
        assertThat(lock.handle().orElseThrow().state())
                .as("an unlock that releases nothing does not wait")
                .isEqualTo(LockHandle.State.SUSPENDED);
        CompletableFuture<Void> again = takeConnectionsAgain(server, locks);
        lock.unlock();
        again.get(20, TimeUnit.SECONDS);
        assertThat(server.view().holders("k")).isEmpty();
    }

    @Test
    void unlockOfASuspendedLockTellsTheLoss() throws Exception {
        TestServer server = keepingServer();
        ReentrantDistributedLock lock = lockAtKeepingServer(Duration.ofSeconds(20));
        lock.lock(Duration.ofSeconds(2));
        suspend(server, lock);
        assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(lock::unlock)
                .withCauseInstanceOf(LockLostException.class)
                .withMessageContaining("LEASE_EXPIRED");
        server.faults().clear();
    }

    @Test
    void unlockOfASuspendedLockEndsWithinTheRequestTimeoutAndIsMadeUpFor() throws Exception {
        TestServer server = keepingServer();
        ReentrantDistributedLock lock = lockAtKeepingServer(Duration.ofSeconds(1));
        lock.lock(Duration.ofSeconds(25));
        suspend(server, lock);
        long begin = System.nanoTime();
        lock.unlock();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
        assertThat(lock.getHoldCount()).isZero();
        server.faults().clear();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> server.view().holders("k").isEmpty());
    }

    @Test
    void lockIsUnlockedAlsoWhileItsConnectionsEnd() throws Exception {
        TestServer server = keepingServer();
        ReentrantDistributedLock lock = lockAtKeepingServer(Duration.ofSeconds(5));
        CompletableFuture<Void> cuts = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 100; i++) {
                server.view()
                        .connections()
                        .forEach(connection -> server.faults().cut(connection.id()));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
            }
        });
        lock.lock();
        while (!cuts.isDone()) {
            lock.lock();
            lock.unlock();
        }
        lock.unlock();
        cuts.get();
    }

    // --- abandoned

    @Test
    void lockOfAThreadThatEndedIsReleased() throws Exception {
        String key = servers.key();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        ReentrantDistributedLock lock = client.reentrantLock(key);
        start(() -> {
                    lock.lock(Duration.ofSeconds(1));
                    return true;
                })
                .thread()
                .join(20_000);
        await().atMost(SOON).until(() -> {
            System.gc();
            return events.count("abandoned " + key) == 1;
        });
        assertThat(lock.tryLock(20, TimeUnit.SECONDS)).isTrue();
        lock.unlock();
    }

    // --- threads

    @Test
    void virtualThreadsOwnLocks() throws Exception {
        Method startVirtualThread = startVirtualThread();
        String key = servers.key();
        ReentrantDistributedLock lock = servers.client().reentrantLock(key);
        int[] counter = new int[1];
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            all.add(done);
            Runnable task = () -> {
                lock.lock();
                lock.lock();
                counter[0]++;
                lock.unlock();
                lock.unlock();
                done.complete(null);
            };
            startVirtualThread.invoke(null, task);
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(40, TimeUnit.SECONDS);
        assertThat(counter[0]).isEqualTo(50);
    }

    private static Method startVirtualThread() {
        try {
            return Thread.class.getMethod("startVirtualThread", Runnable.class);
        } catch (NoSuchMethodException ex) {
            return Assumptions.abort("this JVM has no virtual threads");
        }
    }

    @Test
    void callbackThreadOfTheClientMayLock() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        ReentrantDistributedLock lock = client.reentrantLock(key);
        CompletableFuture<Integer> count = client.lock(servers.key())
                .acquireAsync()
                .thenApply(handle -> {
                    handle.close();
                    lock.lock();
                    int held = lock.getHoldCount();
                    lock.unlock();
                    return held;
                });
        assertThat(count.get(20, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void domainsOfOneClientWaitForEachOther() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        ReentrantDistributedLock one = client.lock(key).asReentrantLock(new Object());
        ReentrantDistributedLock other = client.lock(key).asReentrantLock(new Object());
        one.lock();
        assertThat(other.tryLock()).isFalse();
        one.unlock();
        assertThat(other.tryLock()).isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> {
                    other.handle().orElseThrow().close();
                    other.lock();
                })
                .withMessageContaining("released");
    }
}
