package io.dflockd.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * A distributed lock as a {@link Lock}. It belongs to a thread: the thread may lock it again, and has to unlock it as often.
 * Threads of all processes wait in the server's queue, in the order of their requests; there is no lock of the JVM in front of
 * it.
 *
 * <p>The first {@code lock} of a thread acquires a {@link LockHandle}, which can be lost like every handle. After a loss,
 * another {@code lock} or {@code tryLock} of the thread throws {@link LockLostException}, and each {@code unlock} throws
 * {@link IllegalMonitorStateException} with a {@code LockLostException} as its cause. Work that must not run without the lock
 * calls {@link #isHeldByCurrentThread()} before each step that counts.
 *
 * <p>While the handle is {@link LockHandle.State#SUSPENDED}, another {@code lock} of the thread waits for the server's answer, and
 * a {@code tryLock} waits for its time and then throws {@link LockSuspendedException}. The last {@code unlock} waits too, so that it
 * can tell a loss, but not longer than the request timeout.
 *
 * <p>Trouble with the server is never reported as busy: all methods throw the same exceptions as {@link Acquirable}. If a
 * thread ends without unlocking, the client finds an abandoned handle and releases it.
 *
 * <p>Thread-safe. Two instances with the same key, client and domain ({@link DistributedLock#asReentrantLock(Object)}) are
 * equal, and one lock.
 */
public interface ReentrantDistributedLock extends Lock {

    /** {@return the key on the server} */
    String key();

    /**
     * Acquires the lock. Waits without end, also for a server that is down. An interrupt does not end the wait and does not
     * cost the place in the queue; the interrupt flag is kept.
     *
     * @throws LockLostException if this thread has lost the lock and not unlocked it yet
     * @throws DflockdException if waiting does not help, for example after a failed authentication
     */
    @Override
    void lock();

    /**
     * As {@link #lock()}, with another lease, which is renewed in the background. If the thread has the lock already,
     * its lease does not change. The lease is rounded up to whole seconds.
     */
    void lock(Duration lease);

    /** As {@link #lock()}, until the thread is interrupted. An interrupt withdraws the request. */
    @Override
    void lockInterruptibly() throws InterruptedException;

    /**
     * Acquires the lock if it is free now. It never overtakes: the server refuses it while another client waits. An
     * interrupt has no effect.
     *
     * @throws LockSuspendedException if this thread has the lock and its handle is suspended
     */
    @Override
    boolean tryLock();

    /**
     * Acquires the lock. Waits up to the given time, at most a year. Zero or less does not wait. An interrupt withdraws the
     * request.
     */
    @Override
    boolean tryLock(long time, TimeUnit unit) throws InterruptedException;

    /**
     * As {@link #tryLock(long, TimeUnit)}, with another lease; see {@link #lock(Duration)}. An interrupt withdraws the
     * request. The lease is rounded up to whole seconds.
     */
    boolean tryLock(Duration wait, Duration lease) throws InterruptedException;

    /**
     * Undoes one {@code lock} of this thread. The last one releases the lock at the server as {@link LockHandle#release()}
     * does, also on a thread that is interrupted. It waits for the server no longer than the request timeout, also while the
     * handle is suspended. If the server has not answered by then, it returns, and the client makes up for the release as
     * {@link LockHandle#releaseAsync()} does; whether the lock was lost is not told then.
     *
     * @throws IllegalMonitorStateException if this thread does not have the lock, or has lost it. After a loss the cause is a
     *     {@link LockLostException}, and one {@code lock} is undone all the same
     */
    @Override
    void unlock();

    /** Not supported. Throws {@link UnsupportedOperationException}. */
    @Override
    Condition newCondition();

    /** Whether this thread has the lock and has not lost it. No I/O. See {@link LockHandle#isHeld()}. */
    boolean isHeldByCurrentThread();

    /** Returns how often this thread has to unlock the lock, also after a loss. Zero if it does not have the lock. */
    int getHoldCount();

    /**
     * Returns the handle of this thread, for its fence number, its lease and its loss listeners. Empty if it does not
     * have the lock.
     */
    Optional<LockHandle> handle();
}
