package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * The server closed the connection, or it broke, before the request was answered.
 */
public class ConnectionClosedException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public ConnectionClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public ConnectionClosedException(String message) {
        super(message);
    }
}
