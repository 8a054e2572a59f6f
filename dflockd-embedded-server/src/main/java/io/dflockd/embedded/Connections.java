package io.dflockd.embedded;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/** The open connections by id, in the order in which they came. Confined to the event loop. */
final class Connections {

    private final Map<Long, Connection> open = new LinkedHashMap<>();
    private long sequence;

    /** Adds a connection with the next id: 1, 2, 3 and so on. */
    Connection add(LongFunction<Connection> withId) {
        Connection connection = withId.apply(++sequence);
        open.put(connection.id, connection);
        return connection;
    }

    void remove(Connection connection) {
        open.remove(connection.id);
    }

    int count() {
        return open.size();
    }

    Optional<Connection> find(long id) {
        return Optional.ofNullable(open.get(id));
    }

    Collection<Connection> all() {
        return Collections.unmodifiableCollection(open.values());
    }

    /** Ends all requests that block. */
    void cancelBlocked() {
        List<Connection> blocked =
                open.values().stream().filter(Connection::isBlocked).toList();
        // All leave the queues before the first one goes and frees what it holds: nobody is granted in between.
        blocked.forEach(Connection::leaveQueue);
        blocked.forEach(Connection::endCancelled);
    }

    /** Closes all, by FIN or RST. */
    void close(boolean reset) {
        for (Connection connection : List.copyOf(open.values())) {
            if (reset) {
                connection.reset();
            } else {
                connection.close();
            }
        }
    }
}
