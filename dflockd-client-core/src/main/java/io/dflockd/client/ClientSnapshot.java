package io.dflockd.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of a client at one moment, for diagnosis. Contains no token.
 *
 * @param held the held handles, and what was granted to places in queues and not handed out yet
 * @param waiting the acquisitions under way and the places in queues
 * @param connections the number of open connections per server
 * @param subscriptions the subscriptions to signals
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
     * @param name the logical name, null if none was given
     * @param pattern the pattern of its channels
     * @param group the queue group, null for a plain subscription
     * @param connected whether every server has confirmed it on a connection that is open
     * @param servers whether it listens at each of its servers
     * @param received the number of signals that have arrived
     * @param dropped the number of signals that were dropped
     * @param buffered the number of signals that wait to be handled
     */
    public record Subscription(
            @Nullable String name,
            String pattern,
            @Nullable String group,
            boolean connected,
            List<Listening> servers,
            long received,
            long dropped,
            int buffered) {

        /** Copies the list. */
        public Subscription {
            servers = List.copyOf(servers);
        }
    }

    /**
     * Whether a subscription listens at one server.
     *
     * @param connected whether the server has confirmed it on a connection that is open
     * @param problem why not; null if it is connected or if the first attempt has not ended
     */
    public record Listening(
            ServerAddress server,
            boolean connected,
            @Nullable String problem) {}

    /**
     * A held or suspended lock or semaphore slot.
     *
     * @param name the logical name, null if none was given
     * @param state HELD or SUSPENDED
     * @param age the time since the grant
     * @param remainingLease as {@link LockHandle#remainingLease()}
     */
    public record Held(
            LockKind kind,
            @Nullable String name,
            String key,
            ServerAddress server,
            LockHandle.State state,
            Duration age,
            Duration remainingLease) {}

    /**
     * An acquisition under way, or a place in a queue ({@link QueuedAcquisition}).
     *
     * @param name the logical name, null if none was given
     * @param waited the time since the call
     */
    public record Waiting(LockKind kind, @Nullable String name, String key, ServerAddress server, Duration waited) {}
}
