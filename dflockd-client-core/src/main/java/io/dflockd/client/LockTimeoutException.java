package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * The lock or semaphore was busy for the whole acquire timeout. Nothing is broken and nothing is held.
 */
public class LockTimeoutException extends LockAcquisitionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public LockTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public LockTimeoutException(String message) {
        super(message);
    }
}
