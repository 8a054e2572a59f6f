package io.dflockd.spring.internal;

import io.dflockd.client.LockHandle;
import java.util.concurrent.atomic.AtomicReference;

/** Interrupts the thread that runs guarded code when its lock is lost, but never after the code has returned. */
public final class InterruptOnLoss {

    private enum State {
        RUNNING,
        INTERRUPTING,
        INTERRUPTED,
        ENDED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

    private final Thread thread;

    private InterruptOnLoss(Thread thread) {
        this.thread = thread;
    }

    public static InterruptOnLoss watch(LockHandle handle, Thread thread) {
        InterruptOnLoss watcher = new InterruptOnLoss(thread);
        handle.onLost((lost, reason) -> watcher.interrupt());
        return watcher;
    }

    private void interrupt() {
        if (state.compareAndSet(State.RUNNING, State.INTERRUPTING)) {
            thread.interrupt();
            state.set(State.INTERRUPTED);
        }
    }

    /**
     * To be called on the thread when the code has returned: from here on it is not interrupted any more, and an
     * interrupt of ours that nobody consumed is taken back.
     *
     * @return whether the thread was interrupted
     */
    public boolean end() {
        if (state.compareAndSet(State.RUNNING, State.ENDED)) {
            return false;
        }
        while (state.get() == State.INTERRUPTING) {
            Thread.onSpinWait();
        }
        Thread.interrupted();
        return true;
    }
}
