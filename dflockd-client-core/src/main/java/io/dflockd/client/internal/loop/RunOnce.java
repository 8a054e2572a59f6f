package io.dflockd.client.internal.loop;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task that runs once, even if an executor that failed has taken it all the same. What it throws is logged. */
final class RunOnce extends AtomicBoolean implements Runnable {

    private static final long serialVersionUID = 1L;

    private static final Logger logger = LoggerFactory.getLogger(RunOnce.class);

    private final transient Runnable task;

    RunOnce(Runnable task) {
        this.task = task;
    }

    @Override
    public void run() {
        if (compareAndSet(false, true)) {
            try {
                task.run();
            } catch (Throwable ex) {
                logger.warn("A callback failed", ex);
            }
        }
    }
}
