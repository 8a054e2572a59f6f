package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/** Thrown when the server did not answer in time. The cause is the server or the network, not a busy key. */
public class RequestTimeoutException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    public RequestTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public RequestTimeoutException(String message) {
        super(message);
    }
}
