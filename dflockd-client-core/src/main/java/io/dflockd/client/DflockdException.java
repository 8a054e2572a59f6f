package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Base class of all exceptions for problems between the client and its servers. Invalid arguments throw
 * {@link InvalidArgumentException}, which is no subclass.
 */
public class DflockdException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     * @param cause the cause, null if there is none
     */
    public DflockdException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     */
    public DflockdException(String message) {
        super(message);
    }
}
