package io.dflockd.embedded.table;

/** How a server generation behaves where the generations differ. */
public enum Dialect {
    /** v1.10. */
    G1,
    /** v1.10 with signals and fences. */
    G2;

    public boolean hasFences() {
        return this == G2;
    }

    public boolean hasSignals() {
        return this == G2;
    }

    public boolean hasReadWriteLocks() {
        return this == G2;
    }

    /** G1 strips carriage returns at the end of a line and counts them; G2 drops all of them before it counts. */
    public boolean dropsEveryCarriageReturn() {
        return this == G2;
    }

    /** G1 lets the conversion from seconds to nanoseconds overflow; G2 refuses such values. */
    public boolean refusesOverflowingSeconds() {
        return this == G2;
    }

    /** G1 forgets an expired acquisition and hands out dead tokens from {@code w}; G2 reports the expiry. */
    boolean remembersExpiredEnqueues() {
        return this == G2;
    }

    /** Whether the renewal of an expired lease that no sweep has removed yet has an answer of its own. */
    boolean reportsExpiryOnRenew() {
        return this == G2;
    }

    /** Whether a request that blocks during a shutdown is answered; if not, its connection is closed. */
    public boolean answersBlockedOnShutdown() {
        return this == G1;
    }
}
