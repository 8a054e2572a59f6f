package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when no connection to the server could be opened: refused, unreachable, or not ready within the connect timeout.
 */
public class ServerUnreachableException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    public ServerUnreachableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public ServerUnreachableException(String message) {
        super(message);
    }
}
