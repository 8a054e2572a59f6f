package io.dflockd.embedded.server;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The open connections by id, oldest first. */
public final class Connections {

    private final Map<Long, ServerConnection> open = new LinkedHashMap<>();
    private long sequence;

    /** Adds a connection with the next id: 1, 2, 3 and so on. */
    ServerConnection add(LongFunction<ServerConnection> withId) {
        ServerConnection connection = withId.apply(++sequence);
        open.put(connection.id(), connection);
        return connection;
    }

    void remove(ServerConnection connection) {
        open.remove(connection.id());
    }

    int count() {
        return open.size();
    }

    /** The number of connections from the host of an address. */
    int countFrom(@Nullable InetSocketAddress address) {
        if (address == null) {
            return 0;
        }
        return (int) open.values().stream()
                .filter(c -> c.remoteAddress() instanceof InetSocketAddress remote
                        && remote.getAddress().equals(address.getAddress()))
                .count();
    }

    public Optional<ServerConnection> find(long id) {
        return Optional.ofNullable(open.get(id));
    }

    public Collection<ServerConnection> all() {
        return Collections.unmodifiableCollection(open.values());
    }

    /** Ends all requests that block. */
    void cancelBlocked() {
        List<ServerConnection> blocked =
                open.values().stream().filter(ServerConnection::isBlocked).toList();
        // All leave the queues before the first one closes and frees its locks, so that there is no grant in between.
        blocked.forEach(ServerConnection::leaveQueue);
        blocked.forEach(ServerConnection::cancel);
    }

    /** Closes all, by FIN or RST. */
    void close(boolean reset) {
        List.copyOf(open.values()).forEach(reset ? ServerConnection::reset : ServerConnection::close);
    }
}
