package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the TLS handshake failed: the certificate is not trusted or is for another host, or the server does not use
 * TLS on this port.
 */
public class TlsException extends DflockdConnectionException {

    private static final long serialVersionUID = 1L;

    public TlsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public TlsException(String message) {
        super(message);
    }
}
