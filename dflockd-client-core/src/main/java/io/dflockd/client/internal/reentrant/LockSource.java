package io.dflockd.client.internal.reentrant;

import io.dflockd.client.LockHandle;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gives a {@link ThreadOwnedLock} its handles: a lock with its options. Any thread may call it. */
public interface LockSource {

    String key();

    /**
     * As {@link io.dflockd.client.Acquirable#tryAcquire(Duration)}.
     *
     * @param lease null for that of the lock
     */
    Optional<LockHandle> tryAcquire(@Nullable Duration lease, Duration timeout) throws InterruptedException;

    /**
     * The same, but an interrupt has no effect; the flag is kept.
     *
     * @param lease null for that of the lock
     */
    Optional<LockHandle> tryAcquireUninterruptibly(@Nullable Duration lease, Duration timeout);
}
