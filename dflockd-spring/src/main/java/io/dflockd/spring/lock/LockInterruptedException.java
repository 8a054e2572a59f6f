package io.dflockd.spring.lock;

import io.dflockd.client.DflockdException;

/**
 * Thrown when the thread was interrupted while it waited for a lock or semaphore. Nothing is held, the guarded code did not run, and
 * the thread's interrupt flag is set again.
 */
public class LockInterruptedException extends DflockdException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was waited for
     * @param cause the interrupt
     */
    public LockInterruptedException(String message, InterruptedException cause) {
        super(message, cause);
    }
}
