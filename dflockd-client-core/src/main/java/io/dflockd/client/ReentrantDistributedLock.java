package io.dflockd.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * A distributed lock as a {@link Lock}: a thread owns it, may lock it again, and unlocks it as often. Threads of all
 * processes wait in the server's queue, in the order of their requests; there is no lock of this JVM in front of it.
 *
 * <p>A {@link LockHandle} stands behind the first {@code lock} of a thread, so the lock can be lost as every handle can.
 * After a loss, {@code lock} and {@code tryLock} inside throw {@link LockLostException}, and each {@code unlock} throws
 * {@link IllegalMonitorStateException} with a {@code LockLostException} as its cause. Code that must not run without the
 * lock asks {@link #isHeldByCurrentThread()} before each step that counts.
 *
 * <p>Trouble with the server is never reported as busy: {@code tryLock} throws what {@link Acquirable#tryAcquire()} throws.
 * If a thread ends without unlocking, its lock is released as an abandoned handle is.
 *
 * <p>Thread-safe. Two instances for the same key are equal, and one lock, if they come from one client (and from the same
 * domain, see {@link DistributedLock#asReentrantLock(Object)}).
 */
public interface ReentrantDistributedLock extends Lock {

    /**
     * The key on the server.
     *
     * @return the key
     */
    String key();

    /**
     * Acquires, waiting for as long as it takes, also for a server that is down. An interrupt does not end the wait and
     * does not cost the place in the queue; the interrupt flag is kept.
     *
     * @throws LockLostException if this thread has lost it and not unlocked it yet
     * @throws DflockdException for trouble that waiting does not mend, such as a failed authentication
     */
    @Override
    void lock();

    /**
     * As {@link #lock()}, with another lease. The lease is renewed in the background. A thread that has the lock already
     * keeps the lease that it has.
     *
     * @param lease rounded up to whole seconds, at least one
     * @throws InvalidArgumentException if it is not positive or too long for the protocol
     */
    void lock(Duration lease);

    /**
     * As {@link #lock()}, until the thread is interrupted.
     *
     * @throws InterruptedException if the thread is or gets interrupted; the request is withdrawn
     */
    @Override
    void lockInterruptibly() throws InterruptedException;

    /**
     * Acquires if it is free now. It never overtakes: the server grants it only if nobody waits. An interrupt has no
     * effect on it.
     *
     * @return false if it is busy
     * @throws DflockdException for trouble with the server
     */
    @Override
    boolean tryLock();

    /**
     * Acquires, waiting up to the given time.
     *
     * @param time how long; zero or less does not wait
     * @param unit of the time
     * @return false if it was busy all that time
     * @throws InterruptedException if the thread is or gets interrupted; the request is withdrawn
     * @throws DflockdException for trouble with the server
     */
    @Override
    boolean tryLock(long time, TimeUnit unit) throws InterruptedException;

    /**
     * As {@link #tryLock(long, TimeUnit)}, with another lease; see {@link #lock(Duration)}.
     *
     * @param wait how long; zero or less does not wait
     * @param lease rounded up to whole seconds, at least one
     * @return false if it was busy all that time
     * @throws InterruptedException if the thread is or gets interrupted; the request is withdrawn
     * @throws InvalidArgumentException if the lease is not positive or too long for the protocol
     */
    boolean tryLock(Duration wait, Duration lease) throws InterruptedException;

    /**
     * Takes back one {@code lock} of this thread. The last one releases the lock at the server as {@link
     * LockHandle#release()} does, also on a thread that is interrupted.
     *
     * @throws IllegalMonitorStateException if this thread does not have it, or has lost it; in the second case the cause
     *     is a {@link LockLostException}, and the {@code lock} is taken back all the same
     */
    @Override
    void unlock();

    /**
     * Not supported.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    Condition newCondition();

    /**
     * Whether this thread has it, and it is not lost. No I/O.
     *
     * @return {@link LockHandle#isHeld()} of this thread's handle; false if it has none
     */
    boolean isHeldByCurrentThread();

    /**
     * How often this thread has to unlock it, also after a loss.
     *
     * @return zero if this thread does not have it
     */
    int getHoldCount();

    /**
     * The handle of this thread, for its fence, its lease and its loss listeners.
     *
     * @return empty if this thread does not have it
     */
    Optional<LockHandle> handle();
}
