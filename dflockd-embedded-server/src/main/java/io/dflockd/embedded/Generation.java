package io.dflockd.embedded;

import io.dflockd.embedded.table.Dialect;

/** The generations of the real server that the embedded server can imitate. */
public enum Generation {
    /** v1.10: locks, semaphores and two-phase acquisition; no fences, no signals. */
    G1(Dialect.G1),
    /** v1.10 with signals, queue groups and a fence number in every grant. The default. */
    G2(Dialect.G2);

    private final Dialect dialect;

    Generation(Dialect dialect) {
        this.dialect = dialect;
    }

    Dialect dialect() {
        return dialect;
    }
}
