package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when an argument breaks a rule of the client or the protocol, before anything is sent. Examples are a key with a
 * space, a lease of zero and a payload with a line break. The message contains the value (never a token) and the rule.
 */
public class InvalidArgumentException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public InvalidArgumentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public InvalidArgumentException(String message) {
        super(message);
    }
}
