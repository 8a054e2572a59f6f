package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * The server answered something that this protocol does not know or does not allow here. The message shows the answer.
 */
public class DflockdProtocolException extends DflockdException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public DflockdProtocolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public DflockdProtocolException(String message) {
        super(message);
    }
}
