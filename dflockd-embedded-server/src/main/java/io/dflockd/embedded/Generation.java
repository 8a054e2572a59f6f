package io.dflockd.embedded;

import io.dflockd.embedded.table.Dialect;

/** The generations of the real server that the embedded server can imitate. */
public enum Generation {
    /** v1.10: locks, semaphores and two-phase acquisition; no fences, no signals. */
    G1(Dialect.G1),
    /** v1.10 with signals, queue groups and a fence number in every grant. The default, because it has everything. */
    G2(Dialect.G2),
    /**
     * v2.1 on one node: {@code ping}, fences in the tokens, locks and semaphores independent of each other, clients that
     * leave while they wait are noticed, requests are refused after a shutdown has begun; no signals.
     */
    G3(Dialect.G3);

    private final Dialect dialect;

    Generation(Dialect dialect) {
        this.dialect = dialect;
    }

    Dialect dialect() {
        return dialect;
    }
}
