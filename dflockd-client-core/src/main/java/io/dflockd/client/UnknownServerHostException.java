package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/** Thrown when the host name of a server could not be resolved. */
public class UnknownServerHostException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    public UnknownServerHostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public UnknownServerHostException(String message) {
        super(message);
    }
}
