package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the TLS handshake failed: the certificate is not trusted or is for another host, or the server does not use
 * TLS on this port.
 */
public class TlsException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     * @param cause the cause, null if there is none
     */
    public TlsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception.
     *
     * @param message the request, the problem and the remedy
     */
    public TlsException(String message) {
        super(message);
    }
}
