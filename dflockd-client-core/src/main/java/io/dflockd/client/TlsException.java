package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * The TLS handshake with the server failed: a certificate that is not trusted or not for this host, or a server that
 * does not speak TLS on this port.
 */
public class TlsException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     * @param cause the underlying problem, if there is one
     */
    public TlsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried, what happened and what to do
     */
    public TlsException(String message) {
        super(message);
    }
}
