package io.dflockd.embedded;

/** The dflockd generations that the embedded server speaks. */
public enum Generation {
    /** v1.10: locks, semaphores and two-phase acquisition; no fences, no signals. */
    G1,
    /** v1.10 with signals, queue groups and a fence number in every grant. The default. */
    G2;

    boolean hasFences() {
        return this == G2;
    }

    boolean hasSignals() {
        return this == G2;
    }

    boolean hasReadWriteLocks() {
        return this == G2;
    }

    /** G1 strips carriage returns at the end of a line only and counts them; G2 drops every one before it counts. */
    boolean dropsEveryCarriageReturn() {
        return this == G2;
    }

    /** G1 multiplies seconds to nanoseconds without looking; G2 refuses what would overflow. */
    boolean refusesOverflowingSeconds() {
        return this == G2;
    }

    /** G1 forgets an expired acquisition and hands out dead tokens from {@code w}; G2 says that the lease expired. */
    boolean remembersExpiredEnqueues() {
        return this == G2;
    }

    /** Whether renewing an expired, still listed lease is told apart from an unknown token. */
    boolean tellsExpiryOnRenew() {
        return this == G2;
    }

    /** Whether a request that blocks while the server shuts down is answered; otherwise its connection is closed. */
    boolean answersBlockedOnShutdown() {
        return this == G1;
    }
}
