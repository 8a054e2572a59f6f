package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * A limit refused the request: the server's {@code --max-locks} or {@code --max-waiters}, or this client's own cap of
 * wait connections. The message names the limit.
 */
public class LockRejectedException extends LockAcquisitionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public LockRejectedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public LockRejectedException(String message) {
        super(message);
    }
}
