package io.dflockd.embedded;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection that says nothing for too long. One timer, which looks at the deadline when it fires and goes on if
 * that has moved, so that moving it costs nothing. Confined to the event loop.
 */
final class ReadTimeout {

    private final EventLoop loop;
    private final long nanos;
    private final BooleanSupplier exempt;
    private final Runnable onExpiry;
    private long deadline;
    private @Nullable Future<?> timer;

    /** Starts to run; asks {@code exempt} before it strikes. */
    ReadTimeout(EventLoop loop, long nanos, BooleanSupplier exempt, Runnable onExpiry) {
        this.loop = loop;
        this.nanos = nanos;
        this.exempt = exempt;
        this.onExpiry = onExpiry;
        restart();
        arm(nanos);
    }

    void restart() {
        deadline = System.nanoTime() + nanos;
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void arm(long delay) {
        timer = loop.schedule(this::check, delay, TimeUnit.NANOSECONDS);
    }

    private void check() {
        long left = deadline - System.nanoTime();
        if (exempt.getAsBoolean()) {
            arm(nanos);
        } else if (left > 0) {
            arm(left);
        } else {
            onExpiry.run();
        }
    }
}
