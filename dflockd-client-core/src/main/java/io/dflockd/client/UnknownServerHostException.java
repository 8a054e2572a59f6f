package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * The host name of a server could not be resolved.
 */
public class UnknownServerHostException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public UnknownServerHostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public UnknownServerHostException(String message) {
        super(message);
    }
}
