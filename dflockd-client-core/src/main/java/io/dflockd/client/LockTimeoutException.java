package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the key was busy during the whole acquire timeout. Nothing is held. If the server did not answer, a
 * {@link DflockdConnectionException} is thrown instead.
 */
public class LockTimeoutException extends LockAcquisitionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     * @param cause the cause, null if there is none
     */
    public LockTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     */
    public LockTimeoutException(String message) {
        super(message);
    }
}
