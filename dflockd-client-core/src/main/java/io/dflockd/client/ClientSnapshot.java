package io.dflockd.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this client holds, waits for and listens to at one moment, for diagnosis. Contains no token.
 *
 * @param held handles that are held
 * @param waiting acquisitions under way
 * @param connections open connections per server
 * @param subscriptions subscriptions to signals
 */
public record ClientSnapshot(
        List<Held> held,
        List<Waiting> waiting,
        Map<ServerAddress, Integer> connections,
        List<Subscription> subscriptions) {

    /** Copies the collections. */
    public ClientSnapshot {
        held = List.copyOf(held);
        waiting = List.copyOf(waiting);
        connections = Map.copyOf(connections);
        subscriptions = List.copyOf(subscriptions);
    }

    /**
     * A subscription to signals.
     *
     * @param name the logical name, null where none was given
     * @param pattern what it listens to
     * @param group the queue group, null for a plain subscription
     * @param connected whether every server has confirmed it on a connection that is open
     * @param received how many signals have arrived
     * @param dropped how many of them were dropped
     * @param buffered how many wait to be handled
     */
    public record Subscription(
            @Nullable String name,
            String pattern,
            @Nullable String group,
            boolean connected,
            long received,
            long dropped,
            int buffered) {}

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
            LockKind kind,
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
    public record Waiting(LockKind kind, @Nullable String name, String key, ServerAddress server, Duration waited) {}
}
