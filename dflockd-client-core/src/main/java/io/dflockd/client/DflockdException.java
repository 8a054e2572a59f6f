package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything that can go wrong between this client and its servers. Argument errors are not among it: they are
 * {@link InvalidArgumentException}.
 */
public class DflockdException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public DflockdException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public DflockdException(String message) {
        super(message);
    }
}
