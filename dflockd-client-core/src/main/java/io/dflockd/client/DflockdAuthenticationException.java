package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * The server refused the auth token, wants one and got none, or has none and was given one. Never contains the token.
 */
public class DflockdAuthenticationException extends DflockdException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public DflockdAuthenticationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public DflockdAuthenticationException(String message) {
        super(message);
    }
}
