package io.dflockd.client;

import org.jspecify.annotations.Nullable;

/**
 * The server has no signals: dflockd has them from version 1.11 until 2.0, where they were removed. Locks and semaphores work
 * on such a server.
 */
public class SignalsUnsupportedException extends SignalRejectedException {

    private static final long serialVersionUID = 1L;

    public SignalsUnsupportedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public SignalsUnsupportedException(ServerAddress server) {
        super("server " + server
                + " has no signals: dflockd has them from 1.11 until 2.0, which removed them; use a server"
                + " with signals, or send and receive none");
    }
}
