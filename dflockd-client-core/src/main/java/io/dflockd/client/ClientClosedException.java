package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * The client was closed before or while the request ran.
 */
public class ClientClosedException extends DflockdException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public ClientClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public ClientClosedException(String message) {
        super(message);
    }
}
