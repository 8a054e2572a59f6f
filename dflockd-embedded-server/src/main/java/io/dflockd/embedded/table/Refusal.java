package io.dflockd.embedded.table;

/** Why the {@link LockTable} refuses a request. */
public enum Refusal implements Outcome {
    UNKNOWN("error\n"),
    NO_FENCE("error\n"),
    MAX_LOCKS("error_max_locks\n"),
    MAX_WAITERS("error_max_waiters\n"),
    LIMIT_MISMATCH("error_limit_mismatch\n"),
    TYPE_MISMATCH("error_type_mismatch\n"),
    ALREADY_ENQUEUED("error_already_enqueued\n"),
    NOT_ENQUEUED("error_not_enqueued\n"),
    LEASE_EXPIRED("error_lease_expired\n");

    private final String line;

    Refusal(String line) {
        this.line = line;
    }

    /** The answer to the client. */
    public String line() {
        return line;
    }
}
