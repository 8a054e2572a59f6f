package io.dflockd.client;

import io.dflockd.client.internal.nolock.UnlockedClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A client of one or several dflockd servers. Create one per application and share it: it has one thread for all its
 * connections, one connection per server for all requests that do not block, and one more for each acquisition that waits
 * for a busy key. Thread-safe.
 *
 *
 * <pre>{@code try (DflockdClient client = DflockdClient.builder().servers("127.0.0.1:6388").build();
 *         LockHandle held = client.lock("my-key").acquire()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>Building a client opens no connection and starts no thread; the first request does. A key has 1 to 256 bytes of UTF-8
 * without space, TAB, CR and LF; the methods throw {@link InvalidArgumentException} if a key or limit breaks a rule.
 */
public interface DflockdClient extends AutoCloseable {

    /** {@return a builder with the default settings} */
    static DflockdClientBuilder builder() {
        return new DflockdClientBuilder();
    }

    /**
     * Returns a client for unit tests that locks nothing and connects to no server. It grants each acquisition at once, even if
     * the key is held, and its handles are held until they are released or the client is closed. Their fences count the grants of
     * the client from 1. Each of its elections leads at once. It delivers no signals: an emit returns 0. In all else, such as
     * arguments, interrupts and its close, it is like a real client. Close it.
     */
    static DflockdClient withoutLocking() {
        return new UnlockedClient();
    }

    /** Returns a lock with the client's default options. */
    DistributedLock lock(String key);

    /**
     * Returns a lock with the client's default options as a {@link java.util.concurrent.locks.Lock}, re-entrant by thread:
     * {@code lock(key).asReentrantLock()}.
     */
    default ReentrantDistributedLock reentrantLock(String key) {
        return lock(key).asReentrantLock();
    }

    /** Returns a semaphore with the client's default options. It has {@code limit} slots, at least 1. */
    DistributedSemaphore semaphore(String key, int limit);

    /**
     * Returns the settings of a leader election with the client's default lease. Nothing is sent before
     * {@link LeaderElectionBuilder#start()}. The lock of the election has the key {@code leader:} and the role.
     *
     * @throws InvalidArgumentException if the role is empty, or if the key breaks a rule
     */
    LeaderElectionBuilder leaderElection(String role);

    /** {@return the operations to emit signals and to subscribe to them} */
    Signals signals();

    /** {@return the servers as configured, at least one, in the order that sharding uses} */
    List<ServerAddress> servers();

    /** Returns the server of a key, which the sharding strategy chooses. */
    ServerAddress serverFor(String key);

    /** Asks every server for its {@code stats}. Throws {@link DflockdException} if one of them does not answer. */
    Map<ServerAddress, ServerStats> stats() throws InterruptedException;

    /** Asks one server for its {@code stats}, on a connection that owns no lock. Concurrent calls share one request. */
    CompletableFuture<ServerStats> statsAsync(ServerAddress server);

    /**
     * Connects to every server now and waits for a first answer, so that a wrong address, token or certificate fails
     * early. Throws {@link DflockdException} then.
     */
    void connect() throws InterruptedException;

    /** {@return the handles, acquisitions, connections and subscriptions of this client now} Opens no connection. */
    ClientSnapshot snapshot();

    /** {@return whether a close has begun} */
    boolean isClosed();

    /**
     * Waits for held handles to be released, then closes the client as {@link #close()} does. The client refuses new requests
     * from the start, and acquisitions under way fail with {@link ClientClosedException}. An interrupt ends the wait. The time
     * that leaders need to give up their leadership counts. If several threads close the client at the same time, the shortest
     * time applies to all of them, and each waits for the close.
     *
     * @param drain zero or less does not wait for handles
     */
    void close(Duration drain);

    /**
     * Closes the client now, also if a {@link #close(Duration)} of another thread waits for handles. Leader elections are closed
     * first, and leaders give up their leadership ({@link LeaderElection#close()}). Subscriptions end, acquisitions under way fail
     * with {@link ClientClosedException}, and held handles are lost with {@link LossReason#CLIENT_CLOSED}. Locks that were released
     * before their minimum time ({@link Acquirable#withHoldAtLeast}) are kept for up to
     * {@link DflockdClientBuilder#holdAtLeastOnClose} more. Then the connections are closed, and the server frees what they held.
     * Idempotent; returns in bounded time. Continuations and loss listeners may still run after it has returned;
     * {@link DflockdClientListener} says what applies to client listeners.
     */
    @Override
    void close();
}
