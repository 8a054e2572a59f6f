package io.dflockd.embedded.cli;

/** A command line that is not valid. The message is for its author. */
public final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
