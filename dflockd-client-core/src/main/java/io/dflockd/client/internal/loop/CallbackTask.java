package io.dflockd.client.internal.loop;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** User code for an executor. It runs once, even if an executor that failed has taken it all the same. */
public abstract class CallbackTask extends AtomicBoolean implements Runnable {

    private static final long serialVersionUID = 1L;
    private static final Logger logger = LoggerFactory.getLogger(CallbackTask.class);

    /** A task that runs the code of another; the other itself if it is one already. */
    static CallbackTask of(Runnable code) {
        if (code instanceof CallbackTask task) {
            return task;
        }
        return new CallbackTask() {
            @Override
            protected void call() {
                code.run();
            }
        };
    }

    /** Whether a thread runs it or has run it. */
    final boolean hasBegun() {
        return get();
    }

    /** Runs the user code. What it throws is logged. */
    protected abstract void call();

    @Override
    public final void run() {
        if (compareAndSet(false, true)) {
            try {
                call();
            } catch (Throwable ex) {
                logger.warn("A callback failed", ex);
            }
        }
    }
}
