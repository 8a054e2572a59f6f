package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * An argument breaks a rule of the protocol and was refused before anything was sent: a key with a blank, a lease of
 * zero, a payload with a line break. The message names the value (never a token) and the rule.
 */
public class InvalidArgumentException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public InvalidArgumentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public InvalidArgumentException(String message) {
        super(message);
    }
}
