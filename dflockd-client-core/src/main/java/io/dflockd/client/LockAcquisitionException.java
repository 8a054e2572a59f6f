package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a lock or semaphore slot was not acquired because the key was busy or a limit refused it. Connection problems
 * are a {@link DflockdConnectionException} instead.
 */
public class LockAcquisitionException extends DflockdException {

    private static final long serialVersionUID = 1L;

    public LockAcquisitionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public LockAcquisitionException(String message) {
        super(message);
    }
}
