package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a limit refuses the request: the server's {@code --max-locks} or {@code --max-waiters}, or the client's
 * {@link DflockdClientBuilder#maxWaitConnections}. The message names the limit.
 */
public class LockRejectedException extends LockAcquisitionException {

    private static final long serialVersionUID = 1L;

    public LockRejectedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public LockRejectedException(String message) {
        super(message);
    }
}
