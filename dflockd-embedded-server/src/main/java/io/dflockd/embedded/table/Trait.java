package io.dflockd.embedded.table;

/** One difference between generations; {@link Dialect} says which generation has it. */
public enum Trait {
    /** {@code listen}, {@code unlisten} and {@code signal} are commands. */
    SIGNALS,
    /** {@code rl}, {@code wl}, {@code re} and {@code we} are commands. */
    READ_WRITE_LOCKS,
    /** {@code ping} is a command. */
    PING,
    /** A lock and a semaphore of one key are independent. */
    SEPARATE_NAMESPACES,
    /** All carriage returns are dropped before a line is counted. Without: those at its end, and they count. */
    DROPS_EVERY_CARRIAGE_RETURN,
    /** The argument of {@code auth} may have 65 536 bytes instead of 256. */
    LONG_AUTH_TOKENS,
    /** The auth token of the environment goes before the one of the command line. */
    AUTH_TOKEN_OF_ENVIRONMENT_FIRST,
    /** Seconds that overflow as nanoseconds are refused. Without: they overflow. */
    REFUSES_OVERFLOWING_SECONDS,
    /** The renewal of an expired lease that no sweep has removed yet has an answer of its own. */
    REPORTS_EXPIRY_ON_RENEW,
    /** A release or renewal with a wrong token is a use of its key, which idle times count from. */
    WRONG_TOKEN_IS_USE,
    /** A key may be forgotten by the first collection after its use. */
    FORGETS_KEYS_WITHOUT_DELAY,
    /** The places of a closed connection leave their queues even if auto-release is off. */
    ALWAYS_CLEANS_QUEUES,
    /** A client that leaves, or sends too much, while its request blocks is noticed. */
    WATCHES_BLOCKED_CONNECTIONS,
    /** A request that a shutdown interrupts is answered. Without: its connection is closed. */
    ANSWERS_BLOCKED_ON_SHUTDOWN,
    /** After a shutdown has begun, requests are refused and their connections closed. */
    REFUSES_WHILE_DRAINING
}
