package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the server could not be reached, or when the connection broke or the server was silent before it answered. The
 * request may have reached the server. If the server granted something for it, the client releases that, or the server frees
 * it when the connection ends.
 */
public class DflockdConnectionException extends DflockdException {

    private static final long serialVersionUID = 1L;

    public DflockdConnectionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public DflockdConnectionException(String message) {
        super(message);
    }
}
