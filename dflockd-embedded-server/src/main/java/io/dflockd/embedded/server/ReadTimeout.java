package io.dflockd.embedded.server;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection that is silent for too long. The one timer checks the deadline when it fires and starts again if the
 * deadline has moved, so moving it costs almost nothing.
 */
final class ReadTimeout {

    private final EventLoop loop;
    private final long nanos;
    private final BooleanSupplier exempt;
    private final Runnable onExpiry;
    private long deadline;
    private @Nullable Future<?> timer;

    /** Starts at once. Does nothing while {@code exempt} is true. */
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
