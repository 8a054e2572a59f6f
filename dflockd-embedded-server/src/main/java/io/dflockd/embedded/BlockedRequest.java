package io.dflockd.embedded;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The request that a connection blocks on, if any: ends by the grant or by its timeout. Confined to the event loop. */
final class BlockedRequest {

    private final EventLoop loop;
    private final LockTable table;
    private @Nullable Waiter waiter;
    private @Nullable Future<?> timer;

    BlockedRequest(EventLoop loop, LockTable table) {
        this.loop = loop;
        this.table = table;
    }

    boolean isPresent() {
        return waiter != null;
    }

    /** Waits; exactly one of the two is told, unless {@link #abandon} comes first. */
    void begin(Waiter newWaiter, long timeoutNanos, Waiter.Listener onGrant, Runnable onTimeout) {
        waiter = newWaiter;
        newWaiter.listener = (granted, holder) -> {
            end();
            onGrant.granted(granted, holder);
        };
        timer = loop.schedule(
                () -> {
                    abandon();
                    onTimeout.run();
                },
                Math.min(timeoutNanos, ServerCore.LONGEST_TIMER_NANOS),
                TimeUnit.NANOSECONDS);
    }

    /** Leaves the queue without a grant. */
    void abandon() {
        Waiter left = waiter;
        end();
        if (left != null) {
            table.abandon(left);
        }
    }

    /** Stops the timer and leaves the queue as it is. */
    void end() {
        waiter = null;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
