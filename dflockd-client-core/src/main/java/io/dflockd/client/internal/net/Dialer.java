package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;

/** Opens connections. */
public interface Dialer {

    /**
     * Opens a connection. To be called on the event loop.
     *
     * @param owner the connection's owner once it is ready
     * @return cancels the attempt, if it is still under way; the result is then a failure
     */
    Runnable dial(ServerAddress server, ConnectionOwner owner, Result result);

    /** The outcome of a dial: exactly one method is called, on the event loop. */
    interface Result {

        /** The connection is ready. */
        void connected(Connection connection);

        /** The connection could not be opened. */
        void failed(DflockdException cause);
    }
}
