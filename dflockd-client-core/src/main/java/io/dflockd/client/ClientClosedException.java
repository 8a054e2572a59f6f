package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/** Thrown when the client was closed before or during a request. */
public class ClientClosedException extends DflockdException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     * @param cause the cause, null if there is none
     */
    public ClientClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     */
    public ClientClosedException(String message) {
        super(message);
    }
}
