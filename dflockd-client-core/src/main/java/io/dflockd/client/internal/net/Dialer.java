package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;

/** Opens connections. */
public interface Dialer {

    /** Opens a connection. Event loop only. What it returns cancels the attempt, if it is still under way: it then fails. */
    Runnable dial(ServerAddress server, ConnectionOwner owner, Result result);

    /** The outcome of a dial: exactly one method is called, on the event loop. */
    interface Result {

        void connected(Connection connection);

        void failed(DflockdException cause);
    }
}
