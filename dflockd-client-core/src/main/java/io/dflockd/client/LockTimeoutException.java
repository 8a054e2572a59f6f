package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the key was busy during the whole acquire timeout. Nothing is held. If the server did not answer, a
 * {@link DflockdConnectionException} is thrown instead.
 */
public class LockTimeoutException extends LockAcquisitionException {

    private static final long serialVersionUID = 1L;

    public LockTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public LockTimeoutException(String message) {
        super(message);
    }
}
