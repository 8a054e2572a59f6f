package io.dflockd.client.internal.reentrant;

import io.dflockd.client.LockHandle;
import java.time.Duration;
import java.util.Optional;

/** Gives a {@link ThreadOwnedLock} its handles and takes them back: a lock with its options. Any thread may call it. */
public interface LockSource {

    String key();

    /** The same with another lease, which is checked. */
    LockSource leased(Duration lease);

    /** As {@link io.dflockd.client.Acquirable#tryAcquire(Duration)}. */
    Optional<LockHandle> tryAcquire(Duration timeout) throws InterruptedException;

    /** The same, but an interrupt has no effect; the flag is kept. */
    Optional<LockHandle> tryAcquireUninterruptibly(Duration timeout);

    /**
     * Releases a handle as {@link LockHandle#release()}. A suspended one is released after the server's answer, or when the request
     * timeout is over. Waits no longer than that in all.
     *
     * @return the state before the release
     */
    LockHandle.State release(LockHandle handle);
}
