package io.dflockd.client.internal.loop;

import java.lang.invoke.VarHandle;

/**
 * Whether the event loop sleeps, so that a thread that has added a task knows whether to wake it.
 *
 * <p>The loop calls {@link #fallAsleep} and then looks for tasks a last time; another thread adds a task and then asks
 * {@link #mustWake}. At least one of the two sees the other, so that no task waits for a loop that sleeps.
 */
final class SleepState {

    /** Written by the loop alone. */
    private volatile boolean asleep;

    void fallAsleep() {
        asleep = true;
    }

    void awake() {
        asleep = false;
    }

    /** Whether the loop may sleep without having seen a task that this thread has added. Any thread. */
    boolean mustWake() {
        // The queue may have published the task by a store that the load below can overtake.
        VarHandle.fullFence();
        return asleep;
    }
}
