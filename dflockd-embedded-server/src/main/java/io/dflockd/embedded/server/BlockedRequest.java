package io.dflockd.embedded.server;

import io.dflockd.embedded.table.Holder;
import io.dflockd.embedded.table.LockTable;
import io.dflockd.embedded.table.Waiter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The request that a connection blocks on, if any. Ends with the grant or with its timeout. */
final class BlockedRequest {

    private static final long LONGEST_TIMER_NANOS = TimeUnit.DAYS.toNanos(36_500);

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

    /** Waits. One of the two callbacks runs, unless {@link #abandon} or {@link #end} comes first. */
    void begin(Waiter newWaiter, long timeoutNanos, Consumer<Holder> onGrant, Runnable onTimeout) {
        waiter = newWaiter;
        newWaiter.whenGranted(holder -> {
            end();
            onGrant.accept(holder);
        });
        timer = loop.schedule(
                () -> {
                    abandon();
                    onTimeout.run();
                },
                Math.min(timeoutNanos, LONGEST_TIMER_NANOS),
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
