package io.dflockd.client.internal.leader;

import io.dflockd.client.DistributedLock;
import org.jspecify.annotations.Nullable;

/** What elections need of their client. Any thread may call the methods. */
public interface ElectionHost {

    /** A lock that is renewed and has no limits of its hold, whatever the client's defaults are. */
    DistributedLock lock(String key);

    /** Throws unless the client is open. */
    void requireOpen();

    /** Throws if the current thread must not block. */
    void requireOtherThread();

    /** Runs user code, never on the event loop. Does not throw. */
    void callBack(Runnable task);

    /**
     * Runs a task after a delay, perhaps on the event loop: it must neither block nor call code of the user.
     *
     * @return cancels the task, unless it has begun; null if the client's threads have ended
     */
    @Nullable
    Runnable schedule(Runnable task, long delayNanos);
}
