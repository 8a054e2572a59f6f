package io.dflockd.spring.internal;

import io.dflockd.client.LockHandle;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Interrupts the thread that runs guarded code when its lock is lost, but never after the code has returned.
 *
 * <p>A thread has one flag for all interrupts. One that is pending when the lock is lost is left as it is: it wakes the code as well
 * as ours would, and is not ours to take back. One that another thread sends later, before the code has returned, cannot be told from
 * ours and is taken back with it.
 */
public final class InterruptOnLoss {

    private enum State {
        RUNNING,
        INTERRUPTING,
        INTERRUPTED,
        /** The code has returned, or was interrupted by another when the lock was lost. */
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
        if (!state.compareAndSet(State.RUNNING, State.INTERRUPTING)) {
            return;
        }
        boolean byAnother = thread.isInterrupted();
        if (!byAnother) {
            thread.interrupt();
        }
        state.set(byAnother ? State.ENDED : State.INTERRUPTED);
    }

    /**
     * To be called on the thread when the code has returned: from here on it is not interrupted any more, and an
     * interrupt of ours that nobody consumed is taken back.
     *
     * @return whether the thread was interrupted by this
     */
    public boolean end() {
        if (state.compareAndSet(State.RUNNING, State.ENDED)) {
            return false;
        }
        while (state.get() == State.INTERRUPTING) {
            Thread.onSpinWait();
        }
        if (state.get() == State.ENDED) {
            return false;
        }
        Thread.interrupted();
        return true;
    }
}
