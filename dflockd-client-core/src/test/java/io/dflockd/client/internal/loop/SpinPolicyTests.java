package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How long the loop looks before it sleeps, on a clock of the test's. */
class SpinPolicyTests {

    private final SpinPolicy policy = new SpinPolicy();

    private long now = 1_000_000;

    /** Nothing comes for long; how often it looked in vain before it slept. */
    private int nothingComes() {
        int looks = 0;
        while (policy.pollAgain(now)) {
            now += 1_000;
            looks++;
        }
        now += 1_000_000_000;
        return looks;
    }

    /** Something comes at once; whether the loop was awake to see it. */
    private boolean comesAtOnce() {
        boolean looked = policy.pollAgain(now);
        now += 5_000;
        policy.found();
        return looked;
    }

    @Test
    void looksForAsLongAsASpinLasts() {
        untilItLooks();
        assertThat(policy.pollAgain(now)).isTrue();
        assertThat(policy.pollAgain(now + SpinPolicy.SPIN_NANOS - 1)).isTrue();
        assertThat(policy.pollAgain(now + SpinPolicy.SPIN_NANOS)).isFalse();
    }

    @Test
    void sleepsAtOnceWhereLookingIsOfNoUseAndTriesLessAndLessOften() {
        int[] spins = new int[3];
        for (int thousand = 0; thousand < spins.length; thousand++) {
            for (int i = 0; i < 1_000; i++) {
                spins[thousand] += nothingComes() > 0 ? 1 : 0;
            }
        }
        assertThat(spins[0]).isBetween(1, 10);
        assertThat(spins[1]).isLessThan(spins[0]);
        assertThat(spins[2]).isLessThanOrEqualTo(1);
    }

    @Test
    void looksEachTimeWhileThatIsRewarded() {
        untilItLooks();
        for (int i = 0; i < 1_000; i++) {
            assertThat(comesAtOnce()).as("after %d rewards", i).isTrue();
        }
    }

    @Test
    void aMissInBetweenDoesNotDiscourageIt() {
        untilItLooks();
        for (int i = 0; i < 1_000; i++) {
            assertThat(i % 8 == 7 ? nothingComes() > 0 : comesAtOnce()).isTrue();
        }
    }

    @Test
    void lookingThatIsAsOftenInVainAsNotEnds() {
        untilItLooks();
        int looked = 0;
        for (int i = 0; i < 1_000; i++) {
            looked += (i % 2 == 0 ? comesAtOnce() : nothingComes() > 0) ? 1 : 0;
        }
        assertThat(looked).isLessThan(100);
    }

    @Test
    void hasLearnedAnewSoonAfterALongQuietTime() {
        for (int i = 0; i < 100_000; i++) {
            nothingComes();
        }
        int unseen = 0;
        while (!comesAtOnce()) {
            unseen++;
        }
        assertThat(unseen).isLessThan(5_000);
        assertThat(comesAtOnce()).isTrue();
    }

    private void untilItLooks() {
        while (!comesAtOnce()) {
            now += 1_000;
        }
        for (int i = 0; i < 20; i++) {
            comesAtOnce();
        }
    }
}
