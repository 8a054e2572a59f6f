package io.dflockd.embedded.table;

import static io.dflockd.embedded.table.Trait.ALWAYS_CLEANS_QUEUES;
import static io.dflockd.embedded.table.Trait.ANSWERS_BLOCKED_ON_SHUTDOWN;
import static io.dflockd.embedded.table.Trait.AUTH_TOKEN_OF_ENVIRONMENT_FIRST;
import static io.dflockd.embedded.table.Trait.DROPS_EVERY_CARRIAGE_RETURN;
import static io.dflockd.embedded.table.Trait.FORGETS_KEYS_WITHOUT_DELAY;
import static io.dflockd.embedded.table.Trait.LONG_AUTH_TOKENS;
import static io.dflockd.embedded.table.Trait.PING;
import static io.dflockd.embedded.table.Trait.READ_WRITE_LOCKS;
import static io.dflockd.embedded.table.Trait.REFUSES_OVERFLOWING_SECONDS;
import static io.dflockd.embedded.table.Trait.REFUSES_WHILE_DRAINING;
import static io.dflockd.embedded.table.Trait.REPORTS_EXPIRY_ON_RENEW;
import static io.dflockd.embedded.table.Trait.SEPARATE_NAMESPACES;
import static io.dflockd.embedded.table.Trait.SIGNALS;
import static io.dflockd.embedded.table.Trait.WATCHES_BLOCKED_CONNECTIONS;
import static io.dflockd.embedded.table.Trait.WRONG_TOKEN_IS_USE;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The rules of a server generation, where the generations differ. All differences are here. */
public enum Dialect {
    /** v1.10. */
    G1(
            Fences.NONE,
            ExpiredPlaces.DEAD_TOKEN,
            EnumSet.of(AUTH_TOKEN_OF_ENVIRONMENT_FIRST, WRONG_TOKEN_IS_USE, ANSWERS_BLOCKED_ON_SHUTDOWN)),
    /** v1.10 with signals and fences. */
    G2(
            Fences.FIELD,
            ExpiredPlaces.REPORTED,
            EnumSet.of(
                    SIGNALS,
                    READ_WRITE_LOCKS,
                    DROPS_EVERY_CARRIAGE_RETURN,
                    AUTH_TOKEN_OF_ENVIRONMENT_FIRST,
                    REFUSES_OVERFLOWING_SECONDS,
                    REPORTS_EXPIRY_ON_RENEW,
                    WRONG_TOKEN_IS_USE)),
    /** v2.1. */
    G3(
            Fences.TOKEN,
            ExpiredPlaces.FORGOTTEN,
            EnumSet.of(
                    PING,
                    SEPARATE_NAMESPACES,
                    LONG_AUTH_TOKENS,
                    REFUSES_OVERFLOWING_SECONDS,
                    FORGETS_KEYS_WITHOUT_DELAY,
                    ALWAYS_CLEANS_QUEUES,
                    WATCHES_BLOCKED_CONNECTIONS,
                    ANSWERS_BLOCKED_ON_SHUTDOWN,
                    REFUSES_WHILE_DRAINING));

    /** Where the number of a grant is shown. */
    public enum Fences {
        /** Nowhere. */
        NONE,
        /** In a field of its own. Counted from 1. */
        FIELD,
        /** In the first 16 hex digits of the token. Counted from the time of the start in nanoseconds. */
        TOKEN
    }

    /** The fate of an {@code e} whose grant was removed because its lease ended before the {@code w}. */
    enum ExpiredPlaces {
        /** An {@code e} that acquired at once is forgotten; {@code w} for a queued one hands out a token that is not valid. */
        DEAD_TOKEN,
        /** {@code w} reports the expiry. */
        REPORTED,
        /** The {@code e} is forgotten. */
        FORGOTTEN
    }

    private final Fences fences;
    private final ExpiredPlaces expiredPlaces;
    private final Set<Trait> traits;

    Dialect(Fences fences, ExpiredPlaces expiredPlaces, Set<Trait> traits) {
        this.fences = fences;
        this.expiredPlaces = expiredPlaces;
        this.traits = Collections.unmodifiableSet(traits);
    }

    public boolean has(Trait trait) {
        return traits.contains(trait);
    }

    public Fences fences() {
        return fences;
    }

    ExpiredPlaces expiredPlaces() {
        return expiredPlaces;
    }
}
