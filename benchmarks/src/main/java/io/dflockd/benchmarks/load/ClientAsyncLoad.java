package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.measure.Summary;

/** {@link ClientChains} on one client. */
record ClientAsyncLoad() implements Mode.Load {

    @Override
    public Summary run(Plan plan) throws Exception {
        try (ClientChains chains = new ClientChains(plan, Stripes.ONE)) {
            return chains.run();
        }
    }
}
