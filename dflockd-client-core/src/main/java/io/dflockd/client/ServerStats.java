package io.dflockd.client;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What one server says of itself ({@code stats}). The server lists elements in no particular order, and replaces bytes of
 * a key that are not UTF-8.
 *
 * @param connections open connections, the asking one included
 * @param locks held or awaited locks (also semaphores of limit 1)
 * @param semaphores held or awaited semaphores
 * @param idleLocks keys that are remembered and count against {@code --max-locks}, but are neither held nor awaited
 * @param idleSemaphores the same for semaphores
 * @param signalChannels subscriptions; empty where the server has no signals
 */
public record ServerStats(
        long connections,
        List<Lock> locks,
        List<Semaphore> semaphores,
        List<Idle> idleLocks,
        List<Idle> idleSemaphores,
        List<SignalChannel> signalChannels) {

    /** Copies the lists. */
    public ServerStats {
        locks = List.copyOf(locks);
        semaphores = List.copyOf(semaphores);
        idleLocks = List.copyOf(idleLocks);
        idleSemaphores = List.copyOf(idleSemaphores);
        signalChannels = List.copyOf(signalChannels);
    }

    /**
     * A lock in use.
     *
     * @param key its key
     * @param ownerConnectionId the connection that acquired it, unsigned; 0 where it has waiters but no holder
     * @param leaseRemaining what is left of its lease
     * @param waiters length of its queue
     * @param fence its fence number, unsigned; empty where the server issues none
     */
    public record Lock(String key, long ownerConnectionId, Duration leaseRemaining, long waiters, OptionalLong fence) {}

    /**
     * A semaphore in use.
     *
     * @param key its key
     * @param limit the limit in force
     * @param holders slots taken
     * @param waiters length of its queue
     */
    public record Semaphore(String key, long limit, long holders, long waiters) {}

    /**
     * A remembered key.
     *
     * @param key the key
     * @param idle since when nobody used it
     */
    public record Idle(String key, Duration idle) {}

    /**
     * Subscriptions to one pattern.
     *
     * @param pattern the pattern
     * @param group the queue group, null for plain listeners
     * @param listeners how many connections
     */
    public record SignalChannel(String pattern, @Nullable String group, long listeners) {}
}
