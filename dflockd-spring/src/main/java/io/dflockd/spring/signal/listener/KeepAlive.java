package io.dflockd.spring.signal.listener;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the JVM alive while containers run, as an application expects that does nothing but listen: the threads of the client
 * are daemons. One thread for all containers, and none while no container runs. Thread-safe.
 */
final class KeepAlive {

    private static final Logger logger = LoggerFactory.getLogger(KeepAlive.class);

    private static final Object LOCK = new Object();

    private static int holds;

    private static @Nullable CountDownLatch released;

    private final AtomicBoolean over = new AtomicBoolean();

    private KeepAlive() {}

    /** Keeps the JVM alive until {@link #release}. */
    static KeepAlive hold() {
        CountDownLatch latch = null;
        synchronized (LOCK) {
            if (holds++ == 0) {
                latch = new CountDownLatch(1);
                released = latch;
            }
        }
        if (latch != null) {
            start(latch);
        }
        return new KeepAlive();
    }

    private static void start(CountDownLatch until) {
        try {
            Thread thread = new Thread(null, () -> await(until), "dflockd-listener-keep-alive", 0, false);
            thread.setDaemon(false);
            // It must not keep the class loader of an application from being collected.
            thread.setContextClassLoader(null);
            thread.start();
        } catch (Throwable ex) {
            logger.warn("No thread could be started that keeps the JVM alive while signal listeners run", ex);
        }
    }

    private static void await(CountDownLatch until) {
        boolean waiting = true;
        while (waiting) {
            try {
                until.await();
                waiting = false;
            } catch (InterruptedException ex) {
                logger.debug("Interrupted while signal listeners run; they go on");
            }
        }
    }

    /** Lets the JVM end if nothing else keeps it alive. Idempotent. */
    void release() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        CountDownLatch latch = null;
        synchronized (LOCK) {
            if (--holds == 0) {
                latch = released;
                released = null;
            }
        }
        if (latch != null) {
            latch.countDown();
        }
    }
}
