package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import org.jspecify.annotations.Nullable;

/** The user of a connection. All methods are called on the event loop. */
public interface ConnectionOwner {

    /** The connection has ended; without a cause on purpose. Called once, after all its exchanges have failed. */
    void closed(Connection connection, @Nullable DflockdException cause);

    /** The server has pushed a line ({@code sig <channel> <payload>}), without its line break. */
    default void pushed(Connection connection, String line) {}

    /** A keep-alive is due. Returns true if the owner has sent something more useful instead. */
    default boolean keepAlive(Connection connection) {
        return false;
    }
}
