package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a lock or semaphore slot was not acquired because the key was busy or a limit refused it. Connection problems
 * are a {@link DflockdConnectionException} instead.
 */
public class LockAcquisitionException extends DflockdException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     * @param cause the cause, null if there is none
     */
    public LockAcquisitionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     */
    public LockAcquisitionException(String message) {
        super(message);
    }
}
