package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/** Thrown when the connection ended, closed by the server or broken, before the request was answered. */
public class ConnectionClosedException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     * @param cause the cause, null if there is none
     */
    public ConnectionClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     */
    public ConnectionClosedException(String message) {
        super(message);
    }
}
