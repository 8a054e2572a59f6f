package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * No TCP connection to the server came about: refused, unreachable or not answered within the connect timeout.
 */
public class ServerUnreachableException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public ServerUnreachableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public ServerUnreachableException(String message) {
        super(message);
    }
}
