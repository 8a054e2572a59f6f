package io.dflockd.spring.integration;

import io.dflockd.client.DflockdException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.ReentrantDistributedLock;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.integration.support.locks.DistributedLock;

/**
 * A lock of a {@link DflockdLockRegistry}: a re-entrant lock of the client, with the exceptions of Spring Integration's
 * registries. It has no state of its own. The client keeps the count and the handle for the thread that has the lock, in the
 * domain of the registry; all instances with the same key share them.
 */
final class RegistryLock implements DistributedLock {

    private final ReentrantDistributedLock lock;

    private final @Nullable LossInterrupts interrupts;

    RegistryLock(ReentrantDistributedLock lock, @Nullable LossInterrupts interrupts) {
        this.lock = lock;
        this.interrupts = interrupts;
    }

    // --- lock

    @Override
    public void lock() {
        try {
            lock.lock();
        } catch (DflockdException ex) {
            throw failure(ex);
        }
        acquired();
    }

    @Override
    public void lock(Duration ttl) {
        try {
            lock.lock(ttl);
        } catch (DflockdException ex) {
            throw failure(ex);
        }
        acquired();
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        try {
            lock.lockInterruptibly();
        } catch (DflockdException ex) {
            throw failure(ex);
        }
        acquired();
    }

    @Override
    public boolean tryLock() {
        try {
            return tryLock(0, TimeUnit.NANOSECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        boolean granted;
        try {
            granted = lock.tryLock(time, unit);
        } catch (DflockdException ex) {
            throw failure(ex);
        }
        if (granted) {
            acquired();
        }
        return granted;
    }

    @Override
    public boolean tryLock(Duration waitTime, Duration ttl) throws InterruptedException {
        boolean granted;
        try {
            granted = lock.tryLock(waitTime, ttl);
        } catch (DflockdException ex) {
            throw failure(ex);
        }
        if (granted) {
            acquired();
        }
        return granted;
    }

    private CannotAcquireLockException failure(DflockdException cause) {
        return new CannotAcquireLockException("could not acquire lock '" + lock.key() + "'", cause);
    }

    private void acquired() {
        if (interrupts == null || lock.getHoldCount() != 1) {
            return;
        }
        try {
            lock.handle().ifPresent(interrupts::acquired);
        } catch (Throwable ex) {
            lock.unlock();
            throw ex;
        }
    }

    // --- while it is held

    void renew(@Nullable Duration ttl) {
        LockHandle handle = lock.handle()
                .orElseThrow(() -> new IllegalMonitorStateException("thread '"
                        + Thread.currentThread().getName() + "' does not have lock '" + lock.key()
                        + "'; only the thread that has locked it may renew it"));
        boolean confirmed = (ttl == null ? handle.renewAsync() : handle.renewAsync(ttl)).join();
        if (!confirmed) {
            throw new IllegalStateException(
                    "could not renew lock '" + lock.key() + "', it is not held any more",
                    handle.lossReason()
                            .map(reason -> new LockLostException(lock.key(), reason))
                            .orElse(null));
        }
    }

    @Override
    public void unlock() {
        if (interrupts != null && lock.getHoldCount() == 1) {
            interrupts.ending(lock.key());
        }
        try {
            lock.unlock();
        } catch (IllegalMonitorStateException ex) {
            if (ex.getCause() instanceof LockLostException lost) {
                throw new ConcurrentModificationException(
                        "lock '" + lock.key() + "' was lost (" + lost.reason()
                                + ") before it was unlocked; another holder may have worked on the same data meanwhile",
                        lost);
            }
            throw ex;
        }
    }

    @Override
    public Condition newCondition() {
        return lock.newCondition();
    }

    // ---

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RegistryLock that && that.lock.equals(lock);
    }

    @Override
    public int hashCode() {
        return lock.hashCode();
    }

    @Override
    public String toString() {
        return "lock '" + lock.key() + "' of a DflockdLockRegistry";
    }
}
