package io.dflockd.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this client holds and waits for at one moment, for diagnosis. Contains no token.
 *
 * @param held handles that are held
 * @param waiting acquisitions under way
 * @param connections open connections per server
 */
public record ClientSnapshot(List<Held> held, List<Waiting> waiting, Map<ServerAddress, Integer> connections) {

    /** Copies the collections. */
    public ClientSnapshot {
        held = List.copyOf(held);
        waiting = List.copyOf(waiting);
        connections = Map.copyOf(connections);
    }

    /**
     * A held lock or slot.
     *
     * @param kind lock or semaphore
     * @param name the logical name, null where none was given
     * @param key the key
     * @param server where
     * @param age since it was granted
     * @param remainingLease how long it is surely ours if nothing more is heard
     */
    public record Held(
            DflockdClientListener.Kind kind,
            @Nullable String name,
            String key,
            ServerAddress server,
            Duration age,
            Duration remainingLease) {}

    /**
     * An acquisition under way.
     *
     * @param kind lock or semaphore
     * @param name the logical name, null where none was given
     * @param key the key
     * @param server where
     * @param waited since it was asked
     */
    public record Waiting(
            DflockdClientListener.Kind kind,
            @Nullable String name,
            String key,
            ServerAddress server,
            Duration waited) {}
}
