package io.dflockd.client.internal.loop;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether the loop looks again for work or sleeps. To be woken takes a thread several times as long as to look and
 * find what has come meanwhile, and while requests and answers go back and forth the next one does come at once. Where it
 * does not, looking is a waste: so the loop looks as long as most of its vigils have lately been rewarded, and otherwise
 * only tries one now and then, less and less often. Confined to the event loop.
 */
final class SpinPolicy {

    /** How long a vigil lasts: longer than a thread on the same machine takes to answer, shorter than a network does. */
    static final long VIGIL_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private static final int MOST_TRUST = 12;

    /** In the long run at most one vigil in so many and one is in vain. */
    private static final int PRICE_OF_A_MISS = 3;

    private static final int FIRST_PAUSE = 32;

    private static final int LONGEST_PAUSE = 4096;

    private int trust;

    private int pause = FIRST_PAUSE;

    private int sleepsUntilTrial = FIRST_PAUSE;

    private boolean keepingVigil;

    private long vigilEnds;

    /** There is nothing to do: whether to look again rather than to sleep. */
    boolean looksAgain(long now) {
        if (keepingVigil) {
            if (vigilEnds - now > 0) {
                return true;
            }
            missed();
            return false;
        }
        if (trust == 0 && --sleepsUntilTrial > 0) {
            return false;
        }
        keepingVigil = true;
        vigilEnds = now + VIGIL_NANOS;
        return true;
    }

    /** There is something to do. */
    void found() {
        if (keepingVigil) {
            keepingVigil = false;
            trust = Math.min(MOST_TRUST, trust + 1);
            pause = FIRST_PAUSE;
        }
    }

    private void missed() {
        keepingVigil = false;
        trust = Math.max(0, trust - PRICE_OF_A_MISS);
        if (trust == 0) {
            sleepsUntilTrial = pause;
            pause = Math.min(LONGEST_PAUSE, pause * 2);
        }
    }
}
