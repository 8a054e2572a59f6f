package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when no connection to the server could be opened: refused, unreachable, or not ready within the connect timeout.
 */
public class ServerUnreachableException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     * @param cause the cause, null if there is none
     */
    public ServerUnreachableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     */
    public ServerUnreachableException(String message) {
        super(message);
    }
}
