package io.dflockd.benchmarks.stripes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dflockd.benchmarks.load.Stripes;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The simulation agrees with what can be reckoned by hand. */
class SimulationTests {

    private static final int CALLERS = 8;

    private static final Percentage CLOSE = Percentage.withPercentage(1);

    private static final Costs SLOW_SERVER = new Costs(10_000, 1000, 1000, 0);

    private static final Costs SLOW_LOOP = new Costs(1000, 10_000, 1000, 0);

    @Test
    void oneConnectionIsOneProcessorOfTheServer() {
        for (int processors : new int[] {1, 2, 8}) {
            Simulation.Result result = run(SLOW_SERVER, new Stripes(1, 1), processors, 64);

            assertThat(result.perSecond()).isCloseTo(100_000, CLOSE);
            assertThat(result.serverProcessors()).isCloseTo(1, within(0.01));
        }
    }

    @Test
    void eachConnectionAddsAProcessorUntilThereIsNone() {
        assertThat(run(SLOW_SERVER, new Stripes(2, 1), 8, 256).perSecond()).isCloseTo(200_000, CLOSE);
        assertThat(run(SLOW_SERVER, new Stripes(8, 1), 2, 256).perSecond()).isCloseTo(200_000, CLOSE);
    }

    @Test
    void theLoopIsTheNextLimit() {
        assertThat(run(SLOW_LOOP, new Stripes(4, 1), 8, 64).perSecond()).isCloseTo(100_000, CLOSE);
        assertThat(run(SLOW_LOOP, new Stripes(4, 4), 8, 256).perSecond())
                .isCloseTo(400_000, Percentage.withPercentage(5));
    }

    @Test
    void callersHaveTheirProcessorsOnly() {
        Costs slowCallers = new Costs(1000, 1000, 20_000, 0);

        assertThat(run(slowCallers, new Stripes(4, 4), 8, 64).perSecond()).isCloseTo(CALLERS * 50_000, CLOSE);
    }

    @Test
    void oneInFlightWaitsForEverything() {
        Costs costs = new Costs(2000, 1000, 1000, 24_000);

        // 4 us of work and four ways of 24 us.
        assertThat(run(costs, new Stripes(4, 1), 8, 1).perSecond()).isCloseTo(10_000, CLOSE);
    }

    private static Simulation.Result run(Costs costs, Stripes stripes, int processors, int inFlight) {
        return Simulation.run(costs, stripes, CALLERS, processors, inFlight, 20_000);
    }
}
