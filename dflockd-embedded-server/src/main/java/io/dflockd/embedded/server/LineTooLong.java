package io.dflockd.embedded.server;

/** A request line of more than {@value LineDecoder#MAX_LINE} bytes: the connection cannot go on. */
final class LineTooLong extends Exception {

    static final LineTooLong INSTANCE = new LineTooLong();

    private static final long serialVersionUID = 1L;

    private LineTooLong() {
        super("line too long", null, false, false);
    }
}
