package io.dflockd.spring.signal;

import org.jspecify.annotations.Nullable;

/** Thrown when an object cannot be converted to a payload, or a payload to the requested type. */
public class SignalConversionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was to be converted to what, and what to do
     * @param cause the converter's problem, if there is one
     */
    public SignalConversionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
