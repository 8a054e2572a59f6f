package io.dflockd.client.internal.reentrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ReentrantDistributedLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who owns a re-entrant lock and how often. The client locks nothing, so all of this is decided in this JVM. */
@Timeout(30)
class ThreadOwnedLockTests {

    private final DflockdClient client = DflockdClient.withoutLocking();

    private final ReentrantDistributedLock lock = client.reentrantLock("k");

    @AfterEach
    void close() {
        client.close();
    }

    /** The ways to lock. */
    enum Way {
        LOCK {
            @Override
            void lock(ReentrantDistributedLock lock) {
                lock.lock();
            }
        },
        LOCK_WITH_LEASE {
            @Override
            void lock(ReentrantDistributedLock lock) {
                lock.lock(Duration.ofSeconds(7));
            }
        },
        LOCK_INTERRUPTIBLY {
            @Override
            void lock(ReentrantDistributedLock lock) throws InterruptedException {
                lock.lockInterruptibly();
            }
        },
        TRY {
            @Override
            void lock(ReentrantDistributedLock lock) {
                assertThat(lock.tryLock()).isTrue();
            }
        },
        TRY_WITHIN {
            @Override
            void lock(ReentrantDistributedLock lock) throws InterruptedException {
                assertThat(lock.tryLock(1, TimeUnit.SECONDS)).isTrue();
            }
        },
        TRY_WITH_LEASE {
            @Override
            void lock(ReentrantDistributedLock lock) throws InterruptedException {
                assertThat(lock.tryLock(Duration.ZERO, Duration.ofSeconds(7))).isTrue();
            }
        };

        abstract void lock(ReentrantDistributedLock lock) throws InterruptedException;
    }

    @ParameterizedTest
    @EnumSource
    void threadLocksAgainAndUnlocksAsOften(Way way) throws Exception {
        way.lock(lock);
        LockHandle handle = lock.handle().orElseThrow();
        way.lock(lock);
        way.lock(client.reentrantLock("k"));
        assertThat(lock.handle()).contains(handle);
        for (int count = 3; count > 0; count--) {
            assertThat(lock.getHoldCount()).isEqualTo(count);
            assertThat(lock.isHeldByCurrentThread()).isTrue();
            assertThat(handle.isHeld()).isTrue();
            lock.unlock();
        }
        assertThat(lock.getHoldCount()).isZero();
        assertThat(lock.isHeldByCurrentThread()).isFalse();
        assertThat(lock.handle()).isEmpty();
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
    }

    @Test
    void leaseIsThatOfTheFirstLock() {
        lock.lock(Duration.ofMillis(6_001));
        lock.lock(Duration.ofSeconds(50));
        assertThat(lock.handle().orElseThrow().lease()).isEqualTo(Duration.ofSeconds(7));
        lock.unlock();
        lock.unlock();
    }

    @Test
    void optionsOfTheLockCount() {
        ReentrantDistributedLock leased =
                client.lock("k").withLease(Duration.ofSeconds(9)).asReentrantLock();
        leased.lock();
        assertThat(leased.handle().orElseThrow().lease()).isEqualTo(Duration.ofSeconds(9));
        leased.unlock();
    }

    @Test
    void badLeaseIsRefusedAlsoWhileItIsLocked() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(() -> lock.lock(Duration.ZERO));
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> lock.tryLock(Duration.ofSeconds(1), Duration.ofSeconds(-1)));
            lock.lock();
        }
        assertThat(lock.getHoldCount()).isEqualTo(2);
    }

    @Test
    void strangerMayNotUnlock() {
        assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(lock::unlock)
                .withMessageContaining("'k'")
                .withNoCause();
        lock.lock();
        CompletableFuture<Void> stranger = CompletableFuture.runAsync(lock::unlock, task -> new Thread(task).start());
        assertThat(stranger)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(IllegalMonitorStateException.class);
        assertThat(lock.isHeldByCurrentThread()).isTrue();
        lock.unlock();
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
    }

    @Test
    void anotherThreadHasNothing() throws Exception {
        lock.lock();
        CompletableFuture<String> seen = CompletableFuture.supplyAsync(
                () -> lock.isHeldByCurrentThread() + " " + lock.getHoldCount() + " " + lock.handle(),
                task -> new Thread(task).start());
        assertThat(seen.get(20, TimeUnit.SECONDS)).isEqualTo("false 0 Optional.empty");
        lock.unlock();
    }

    @Test
    void lockThatWasReleasedThroughItsHandleIsNotOwned() {
        lock.lock();
        lock.lock();
        lock.handle().orElseThrow().release();
        assertThat(lock.isHeldByCurrentThread()).isFalse();
        assertThatIllegalStateException().isThrownBy(lock::lock);
        assertThatIllegalStateException().isThrownBy(lock::tryLock);
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(IllegalMonitorStateException.class)
                    .isThrownBy(lock::unlock)
                    .withMessageContaining("through its handle");
        }
        lock.lock();
        lock.unlock();
    }

    @Test
    void interruptedThreadLocksOnlyWhereLockSaysSo() {
        Thread.currentThread().interrupt();
        assertThat(lock.tryLock()).isTrue();
        lock.lock();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(lock::lockInterruptibly);
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> lock.tryLock(1, TimeUnit.SECONDS));
        assertThat(Thread.interrupted()).as("taken by the exception").isFalse();
        Thread.currentThread().interrupt();
        lock.unlock();
        lock.unlock();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void locksOfOneKeyAndDomainAreEqual() {
        Object domain = new Object();
        ReentrantDistributedLock inDomain = client.lock("k").asReentrantLock(domain);
        assertThat(lock).isEqualTo(client.lock("k").withName("n").asReentrantLock());
        assertThat(lock).hasSameHashCodeAs(client.reentrantLock("k"));
        assertThat(inDomain).isEqualTo(client.lock("k").asReentrantLock(domain)).isNotEqualTo(lock);
        assertThat(lock).isNotEqualTo(client.reentrantLock("other"));
        try (DflockdClient other = DflockdClient.withoutLocking()) {
            assertThat(lock).isNotEqualTo(other.reentrantLock("k"));
        }
        assertThat(lock.toString()).contains("k");
        assertThat(lock.key()).isEqualTo("k");
    }

    @Test
    void domainsAreComparedByIdentity() {
        ReentrantDistributedLock one = client.lock("k").asReentrantLock(new String("domain"));
        ReentrantDistributedLock other = client.lock("k").asReentrantLock(new String("domain"));
        one.lock();
        assertThat(other.isHeldByCurrentThread()).isFalse();
        assertThat(lock.isHeldByCurrentThread()).isFalse();
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(other::unlock);
        one.unlock();
    }

    @Test
    void conditionsAreNotSupported() {
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(lock::newCondition);
    }
}
