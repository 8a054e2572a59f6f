package io.dflockd.client.internal.loop;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether the event loop polls again or sleeps when it has nothing to do. Waking a sleeping thread costs several times
 * as much as polling and finding what has arrived meanwhile. While requests and answers go back and forth the next one arrives
 * within microseconds; otherwise polling wastes processor time. So the loop spins as long as most of its recent spins found
 * something. When they do not, it only probes now and then, less and less often. Confined to the event loop.
 */
final class SpinPolicy {

    /** The length of a spin: longer than a thread on the same machine takes to answer, shorter than a network does. */
    static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private static final int MAX_CREDIT = 12;
    /** In the long run, spinning goes on if more than three of four spins find something. */
    private static final int COST_OF_A_MISS = 3;

    private static final int FIRST_PAUSE = 32;
    private static final int LONGEST_PAUSE = 4096;

    private int credit;
    /** The number of sleeps between probes. */
    private int pause = FIRST_PAUSE;

    private int sleepsUntilProbe = FIRST_PAUSE;
    private boolean spinning;
    private long spinEnds;

    /** Called when there is nothing to do: whether to poll again rather than to sleep. */
    boolean pollAgain(long now) {
        if (spinning) {
            if (spinEnds - now > 0) {
                return true;
            }
            missed();
            return false;
        }
        if (credit == 0 && --sleepsUntilProbe > 0) {
            return false;
        }
        spinning = true;
        spinEnds = now + SPIN_NANOS;
        return true;
    }

    /** Called when there is something to do. */
    void found() {
        if (spinning) {
            spinning = false;
            credit = Math.min(MAX_CREDIT, credit + 1);
            pause = FIRST_PAUSE;
        }
    }

    private void missed() {
        spinning = false;
        credit = Math.max(0, credit - COST_OF_A_MISS);
        if (credit == 0) {
            sleepsUntilProbe = pause;
            pause = Math.min(LONGEST_PAUSE, pause * 2);
        }
    }
}
