package io.dflockd.client.internal.wire;

/** The first word of an answer. */
public enum Status {
    OK("ok"),
    /** A request with a timeout was not granted in time. */
    TIMEOUT("timeout"),
    /** An enqueue was granted at once. */
    ACQUIRED("acquired"),
    /** An enqueue has to wait. */
    QUEUED("queued"),
    /** Refused without a reason; what it means depends on the request. */
    ERROR("error"),
    /** The connection is not authenticated. */
    ERROR_AUTH("error_auth"),
    /** The server knows as many keys as it may. */
    ERROR_MAX_LOCKS("error_max_locks"),
    /** The key's queue is full. */
    ERROR_MAX_WAITERS("error_max_waiters"),
    /** The key is in use with another limit. */
    ERROR_LIMIT_MISMATCH("error_limit_mismatch"),
    /** The key is in use for something else. */
    ERROR_TYPE_MISMATCH("error_type_mismatch"),
    ERROR_ALREADY_ENQUEUED("error_already_enqueued"),
    ERROR_NOT_ENQUEUED("error_not_enqueued"),
    ERROR_LEASE_EXPIRED("error_lease_expired"),
    ERROR_DRAINING("error_draining"),
    /** The server is a follower in a cluster. */
    ERROR_NOT_LEADER("error_not_leader"),
    /** A word that this client does not know. */
    UNKNOWN("");

    private static final Status[] KNOWN = values();

    private final String word;

    Status(String word) {
        this.word = word;
    }

    /** The status whose word is the beginning of a line up to an index. */
    static Status of(String line, int end) {
        for (Status status : KNOWN) {
            if (status.word.length() == end && line.startsWith(status.word)) {
                return status;
            }
        }
        return UNKNOWN;
    }
}
