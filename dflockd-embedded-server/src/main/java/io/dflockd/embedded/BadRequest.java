package io.dflockd.embedded;

/** A request that breaks a field rule. Answered with {@code error}; the connection stays open. */
final class BadRequest extends Exception {

    private static final long serialVersionUID = 1L;

    BadRequest(String reason) {
        // Thrown for every refused line of a hostile client, so without the cost of a stack trace.
        super(reason, null, false, false);
    }
}
