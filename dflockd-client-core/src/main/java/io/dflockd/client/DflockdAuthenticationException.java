package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the server refused the auth token, requires a token and got none, or got a token and has none. The message
 * never contains the token.
 */
public class DflockdAuthenticationException extends DflockdException {

    private static final long serialVersionUID = 1L;

    public DflockdAuthenticationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public DflockdAuthenticationException(String message) {
        super(message);
    }
}
