package io.dflockd.embedded.server;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches the socket of a connection while its request blocks, so that a client that leaves is noticed. It begins after a
 * moment, because most requests end sooner.
 */
final class PeerWatch {

    /** More bytes behind a blocked request end the connection. */
    static final int MAX_WAITING_BYTES = 4095;

    private static final long DELAY_MILLIS = 10;

    private final EventLoop loop;
    private @Nullable Future<?> timer;
    private boolean active;

    PeerWatch(EventLoop loop) {
        this.loop = loop;
    }

    /** The request blocks now; the action runs when the watch begins. */
    void blocked(Runnable onBegin) {
        timer = loop.schedule(
                () -> {
                    active = true;
                    onBegin.run();
                },
                DELAY_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** The request does not block any more. */
    void end() {
        active = false;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    boolean isActive() {
        return active;
    }
}
