package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Base class of all exceptions for problems between the client and its servers. Invalid arguments throw
 * {@link InvalidArgumentException}, which is no subclass.
 */
public class DflockdException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DflockdException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public DflockdException(String message) {
        super(message);
    }
}
