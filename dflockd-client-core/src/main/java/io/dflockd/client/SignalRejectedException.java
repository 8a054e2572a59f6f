package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * The server refused a signal or a subscription: it does not allow the payload, or has as many subscriptions as its
 * {@code --max-subscriptions} allows. For a server without signals there is {@link SignalsUnsupportedException}.
 */
public class SignalRejectedException extends DflockdException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public SignalRejectedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public SignalRejectedException(String message) {
        super(message);
    }
}
