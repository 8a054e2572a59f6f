package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * The server did not answer a request in time. This is a fault of server or network, not a busy lock.
 */
public class RequestTimeoutException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public RequestTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public RequestTimeoutException(String message) {
        super(message);
    }
}
