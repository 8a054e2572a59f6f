package io.dflockd.client;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The answer of one server to {@code stats}. The server lists elements in no particular order, and replaces bytes of a key
 * that are not UTF-8.
 *
 * @param connections the number of open connections, including the one that asked
 * @param locks locks with holders or waiters, and semaphores of limit 1
 * @param semaphores semaphores with holders or waiters
 * @param idleLocks locks without holders and waiters; the server still knows them and counts them for {@code --max-locks}
 * @param idleSemaphores the same for semaphores
 * @param signalChannels subscriptions to signals, empty if the server has no signals
 * @param abilities what the server is and can do
 */
public record ServerStats(
        long connections,
        List<Lock> locks,
        List<Semaphore> semaphores,
        List<Idle> idleLocks,
        List<Idle> idleSemaphores,
        List<SignalChannel> signalChannels,
        ServerAbilities abilities) {

    /** Copies the lists. */
    public ServerStats {
        locks = List.copyOf(locks);
        semaphores = List.copyOf(semaphores);
        idleLocks = List.copyOf(idleLocks);
        idleSemaphores = List.copyOf(idleSemaphores);
        signalChannels = List.copyOf(signalChannels);
    }

    /** Stats of a server of which nothing else is known. */
    public ServerStats(
            long connections,
            List<Lock> locks,
            List<Semaphore> semaphores,
            List<Idle> idleLocks,
            List<Idle> idleSemaphores,
            List<SignalChannel> signalChannels) {
        this(connections, locks, semaphores, idleLocks, idleSemaphores, signalChannels, ServerAbilities.UNKNOWN);
    }

    /** The same stats with other abilities. */
    public ServerStats withAbilities(ServerAbilities newAbilities) {
        return new ServerStats(connections, locks, semaphores, idleLocks, idleSemaphores, signalChannels, newAbilities);
    }

    /**
     * A lock in use.
     *
     * @param ownerConnectionId the connection that acquired it, unsigned; 0 if it has waiters but no holder
     * @param leaseRemaining the rest of its lease
     * @param waiters the length of its queue
     * @param fence its fence number, unsigned; empty if the server issues none
     */
    public record Lock(String key, long ownerConnectionId, Duration leaseRemaining, long waiters, OptionalLong fence) {}

    /**
     * A semaphore in use.
     *
     * @param holders the number of held slots
     * @param waiters the length of its queue
     */
    public record Semaphore(String key, long limit, long holders, long waiters) {}

    /**
     * A key without holders and waiters.
     *
     * @param idle the time since its last use
     */
    public record Idle(String key, Duration idle) {}

    /**
     * Subscriptions to one pattern.
     *
     * @param group the queue group, null for plain subscriptions
     * @param listeners the number of connections
     */
    public record SignalChannel(String pattern, @Nullable String group, long listeners) {}
}
