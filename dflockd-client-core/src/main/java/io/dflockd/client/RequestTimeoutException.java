package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/** Thrown when the server did not answer in time. The cause is the server or the network, not a busy key. */
public class RequestTimeoutException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     * @param cause the cause, null if there is none
     */
    public RequestTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     */
    public RequestTimeoutException(String message) {
        super(message);
    }
}
