package io.dflockd.client.internal.nolock;

import io.dflockd.client.internal.loop.Uninherited;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timers of a client without locking, on a thread that ends when it is idle. The JDK's thread for delays never does, and keeps
 * the class loader of its first user.
 */
final class UnlockedTimers {

    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, task -> Uninherited.thread("dflockd-unlocked-timer", task, null));

    UnlockedTimers() {
        thread.setKeepAliveTime(1, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
        thread.setRemoveOnCancelPolicy(true);
    }

    /** Runs a task, which does not block, after a delay. Returns its cancellation; null after the close. */
    @Nullable
    Runnable schedule(Runnable task, long delayNanos) {
        try {
            Future<?> timer = thread.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException ex) {
            return null;
        }
    }

    void close() {
        thread.shutdownNow();
    }
}
