package io.dflockd.spring.lock;

import io.dflockd.client.LockAcquisitionException;

/**
 * Thrown for a guarded call inside another one with the same key. dflockd is not re-entrant, so the inner call would wait
 * for the outer one until it times out. Instead this is thrown at once, before anything is sent.
 */
public class LockNotReentrantException extends LockAcquisitionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message the key, who holds it and what to do
     */
    public LockNotReentrantException(String message) {
        super(message);
    }
}
