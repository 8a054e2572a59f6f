package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/** Thrown when the client was closed before or during a request. */
public class ClientClosedException extends DflockdException {

    private static final long serialVersionUID = 1L;

    public ClientClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public ClientClosedException(String message) {
        super(message);
    }
}
