package io.dflockd.benchmarks.stripes;

/**
 * Where the time of a pair of acquire and release goes, in nanoseconds.
 *
 * @param server processor time of the server; half of it for each request
 * @param loop processor time of the client's loop; a quarter of it for each request and for each answer
 * @param callers processor time of the threads that call the client and run its continuations; half of it for each request
 * @param way time of a message on the network, one way
 */
record Costs(double server, double loop, double callers, double way) {

    /** Refuses negative times. */
    Costs {
        if (!(server > 0 && loop > 0 && callers >= 0 && way >= 0)) {
            throw new IllegalArgumentException(
                    "costs are positive times, not " + server + ", " + loop + ", " + callers + ", " + way);
        }
    }
}
