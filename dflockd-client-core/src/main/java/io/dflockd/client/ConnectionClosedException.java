package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/** Thrown when the connection ended, closed by the server or broken, before the request was answered. */
public class ConnectionClosedException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    public ConnectionClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public ConnectionClosedException(String message) {
        super(message);
    }
}
