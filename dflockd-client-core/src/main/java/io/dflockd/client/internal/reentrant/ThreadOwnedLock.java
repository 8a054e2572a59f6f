package io.dflockd.client.internal.reentrant;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LossReason;
import io.dflockd.client.ReentrantDistributedLock;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.reentrant.ThreadOwners.Hold;
import io.dflockd.client.internal.reentrant.ThreadOwners.Id;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** A lock that is owned by a thread: the first acquisition of a thread gets a handle, further ones count. */
final class ThreadOwnedLock implements ReentrantDistributedLock {

    private final ThreadOwners owners;
    private final Id id;
    private final LockSource source;

    ThreadOwnedLock(ThreadOwners owners, Id id, LockSource source) {
        this.owners = owners;
        this.id = id;
        this.source = source;
    }

    @Override
    public String key() {
        return id.key();
    }

    // --- lock

    @Override
    public void lock() {
        lock(source);
    }

    @Override
    public void lock(Duration lease) {
        lock(source.leased(lease));
    }

    private void lock(LockSource from) {
        Hold hold = owners.current(id);
        if (hold != null) {
            countAgain(hold, hold.handle.awaitHeldUninterruptibly());
            return;
        }
        boolean acquired = false;
        while (!acquired) {
            acquired = own(from.tryAcquireUninterruptibly(Durations.LONGEST_WAIT));
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        boolean acquired = lockedAgain(Durations.LONGEST_WAIT);
        while (!acquired) {
            acquired = own(source.tryAcquire(Durations.LONGEST_WAIT));
        }
    }

    @Override
    public boolean tryLock() {
        Hold hold = owners.current(id);
        if (hold != null) {
            countAgain(hold, false);
            return true;
        }
        return own(source.tryAcquireUninterruptibly(Duration.ZERO));
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        return tryLock(Duration.ofNanos(unit.toNanos(time)), source);
    }

    @Override
    public boolean tryLock(Duration wait, Duration lease) throws InterruptedException {
        return tryLock(wait, source.leased(lease));
    }

    private boolean tryLock(Duration wait, LockSource from) throws InterruptedException {
        Duration timeout = wait.compareTo(Durations.LONGEST_WAIT) > 0 ? Durations.LONGEST_WAIT : wait;
        return lockedAgain(timeout) || own(from.tryAcquire(timeout));
    }

    /** Counts, if this thread has it; while it is suspended, it waits for so long. */
    private boolean lockedAgain(Duration timeout) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the thread was interrupted before it asked for lock '" + key() + "'");
        }
        Hold hold = owners.current(id);
        if (hold == null) {
            return false;
        }
        countAgain(hold, hold.handle.awaitHeld(timeout));
        return true;
    }

    private static void countAgain(Hold hold, boolean isHeld) {
        if (!isHeld) {
            hold.handle.ensureHeld();
        }
        hold.count = Math.incrementExact(hold.count);
    }

    private boolean own(Optional<LockHandle> granted) {
        if (granted.isEmpty()) {
            return false;
        }
        try {
            owners.acquired(id, granted.get());
        } catch (Throwable ex) {
            granted.get().close();
            throw ex;
        }
        return true;
    }

    // --- unlock

    @Override
    public void unlock() {
        Hold hold = owners.current(id);
        if (hold == null) {
            throw new IllegalMonitorStateException(
                    "thread '" + Thread.currentThread().getName() + "' does not have lock '" + key()
                            + "'; only the thread that has locked it may unlock it, once for each lock");
        }
        hold.count--;
        LockHandle.State before;
        if (hold.count == 0) {
            owners.released(id);
            before = source.release(hold.handle);
        } else {
            before = hold.handle.state();
        }
        LossReason lost = hold.handle.lossReason().orElse(null);
        if (lost != null) {
            throw (IllegalMonitorStateException) new IllegalMonitorStateException(
                            "lock '" + key() + "' was lost (" + lost
                                    + ") before it was unlocked; another holder may have had it while this thread worked")
                    .initCause(new LockLostException(key(), lost));
        }
        if (before == LockHandle.State.RELEASED) {
            throw new IllegalMonitorStateException(
                    "lock '" + key() + "' was released through its handle before this thread has unlocked it");
        }
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException(
                "a distributed lock has no conditions; use signals to wake threads of other processes");
    }

    // --- what this thread has

    @Override
    public boolean isHeldByCurrentThread() {
        Hold hold = owners.current(id);
        return hold != null && hold.handle.isHeld();
    }

    @Override
    public int getHoldCount() {
        Hold hold = owners.current(id);
        return hold == null ? 0 : hold.count;
    }

    @Override
    public Optional<LockHandle> handle() {
        Hold hold = owners.current(id);
        return hold == null ? Optional.empty() : Optional.of(hold.handle);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ThreadOwnedLock lock && lock.owners == owners && lock.id.equals(id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "re-entrant lock '" + key() + "'";
    }
}
