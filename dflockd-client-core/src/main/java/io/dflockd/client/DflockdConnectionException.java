package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * The server could not be reached, or the connection to it broke or stayed silent, before the request was answered. It
 * says nothing about the lock: whatever the request may have got has been given back or is freed by the server.
 */
public class DflockdConnectionException extends DflockdException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public DflockdConnectionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public DflockdConnectionException(String message) {
        super(message);
    }
}
