package io.dflockd.embedded.server;

/** A request that breaks a field rule. Answered with {@code error}; the connection stays open. */
final class BadRequest extends Exception {

    private static final long serialVersionUID = 1L;

    BadRequest(String reason) {
        // A hostile client can cause any number of these: they have no stack trace.
        super(reason, null, false, false);
    }
}
