package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * A lock or semaphore was not acquired, for a reason that the server or this client's own limits gave. What is broken
 * rather than busy is a {@link DflockdConnectionException} or another sibling instead.
 */
public class LockAcquisitionException extends DflockdException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public LockAcquisitionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public LockAcquisitionException(String message) {
        super(message);
    }
}
