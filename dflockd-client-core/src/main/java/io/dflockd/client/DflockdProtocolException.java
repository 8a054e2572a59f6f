package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/** Thrown when the server sent an answer that the protocol does not have or does not allow there. The message shows it. */
public class DflockdProtocolException extends DflockdException {

    private static final long serialVersionUID = 1L;

    public DflockdProtocolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public DflockdProtocolException(String message) {
        super(message);
    }
}
