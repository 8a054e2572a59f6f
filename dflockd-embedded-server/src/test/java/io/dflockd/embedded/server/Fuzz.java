package io.dflockd.embedded.server;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Repeats a check with random input. Each round has a seed of its own, and the failure of a round names it: with
 * {@code -Ddflockd.test.fuzz.seed} that round is the first one.
 */
final class Fuzz {

    private static final String SEED = "dflockd.test.fuzz.seed";

    private static final long DEFAULT_SEED = 1;

    private Fuzz() {}

    /** A check of one input. */
    interface Round {

        void run(RandomGenerator random) throws Exception;
    }

    /** Runs as many rounds. */
    static void run(int rounds, Round round) {
        long first = Long.getLong(SEED, DEFAULT_SEED);
        for (long seed = first; seed < first + rounds; seed++) {
            try {
                round.run(new SplittableRandom(seed));
            } catch (Throwable ex) {
                throw new AssertionError("repeat it with -D" + SEED + "=" + seed + ": " + ex, ex);
            }
        }
    }
}
