package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/** Thrown when the host name of a server could not be resolved. */
public class UnknownServerHostException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     * @param cause the cause, null if there is none
     */
    public UnknownServerHostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     */
    public UnknownServerHostException(String message) {
        super(message);
    }
}
