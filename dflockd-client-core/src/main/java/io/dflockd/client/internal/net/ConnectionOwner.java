package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import org.jspecify.annotations.Nullable;

/** What a connection tells the one who uses it. All methods are called on the event loop. */
public interface ConnectionOwner {

    /**
     * The connection has ended. Called once, after all its exchanges have failed.
     *
     * @param cause why; null where it was closed on purpose
     */
    void closed(Connection connection, @Nullable DflockdException cause);

    /** A pushed line ({@code sig <channel> <payload>}), without its line break. */
    default void pushed(Connection connection, String line) {}

    /**
     * A keep-alive is due.
     *
     * @return true if something more useful was sent instead
     */
    default boolean keepAlive(Connection connection) {
        return false;
    }
}
