package io.dflockd.spring.signal;

import io.dflockd.client.DflockdException;

/**
 * Thrown when the thread was interrupted while it waited for the answer to a signal, which may have been sent. The thread's interrupt
 * flag is set again.
 */
public class SignalInterruptedException extends DflockdException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was being sent
     * @param cause the interrupt
     */
    public SignalInterruptedException(String message, InterruptedException cause) {
        super(message, cause);
    }
}
