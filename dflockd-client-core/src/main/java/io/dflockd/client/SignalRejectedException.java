package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * The server refused a signal or a subscription: it does not allow the payload, or has as many subscriptions as its
 * {@code --max-subscriptions} allows. For a server without signals there is {@link SignalsUnsupportedException}.
 */
public class SignalRejectedException extends DflockdException {

    private static final long serialVersionUID = 1L;

    public SignalRejectedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public SignalRejectedException(String message) {
        super(message);
    }
}
