package io.dflockd.client;

import io.dflockd.client.internal.nolock.UnlockedClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A client of one or several dflockd servers. Make one per application and share it: it keeps one connection per server
 * for all that does not block, adds one for each acquisition that really waits, and needs one thread.
 *
 * <pre>{@code
 * try (DflockdClient client = DflockdClient.builder().servers("127.0.0.1:6388").build();
 *         LockHandle held = client.lock("my-key").acquire()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>Building one opens nothing; the first request connects. Thread-safe.
 */
public interface DflockdClient extends AutoCloseable {

    /**
     * Starts a client's configuration.
     *
     * @return a builder with the defaults
     */
    static DflockdClientBuilder builder() {
        return new DflockdClientBuilder();
    }

    /**
     * A client that locks nothing and connects to no server, for unit tests. Each acquisition is granted at once, whoever
     * else holds the key, and its handle is held until it is released. Signals are delivered to nobody: an emit returns 0.
     * Arguments are checked as usual.
     *
     * @return a new client; close it
     */
    static DflockdClient withoutLocking() {
        return new UnlockedClient();
    }

    /**
     * A lock with the client's defaults.
     *
     * @param key 1 to 256 bytes of UTF-8 without blank, TAB, CR and LF
     * @return what to acquire; opens nothing
     * @throws InvalidArgumentException if the key breaks a rule
     */
    DistributedLock lock(String key);

    /**
     * A semaphore with the client's defaults.
     *
     * @param key 1 to 256 bytes of UTF-8 without blank, TAB, CR and LF
     * @param limit how many may hold a slot at once, at least 1
     * @return what to acquire; opens nothing
     * @throws InvalidArgumentException if the key or the limit breaks a rule
     */
    DistributedSemaphore semaphore(String key, int limit);

    /**
     * Signals: emit and subscribe.
     *
     * @return the client's signals; opens nothing
     */
    Signals signals();

    /**
     * The servers, in the order that sharding counts them.
     *
     * @return at least one
     */
    List<ServerAddress> servers();

    /**
     * The server of a key.
     *
     * @param key the key
     * @return its server
     */
    ServerAddress serverFor(String key);

    /**
     * Asks every server for its {@code stats}.
     *
     * @return the answers, in the order of {@link #servers()}
     * @throws DflockdException if one of them does not answer
     * @throws InterruptedException if the thread is interrupted
     */
    Map<ServerAddress, ServerStats> stats() throws InterruptedException;

    /**
     * Asks one server for its {@code stats}, on a connection that owns no lock. Calls at the same time share one request.
     *
     * @param server one of {@link #servers()}
     * @return the answer
     */
    CompletableFuture<ServerStats> statsAsync(ServerAddress server);

    /**
     * Opens and authenticates a connection to every server now, to fail early.
     *
     * @throws DflockdException if one of them cannot be reached or refuses
     * @throws InterruptedException if the thread is interrupted
     */
    void connect() throws InterruptedException;

    /**
     * What this client holds, waits for and listens to now.
     *
     * @return a snapshot
     */
    ClientSnapshot snapshot();

    /**
     * Whether it was closed.
     *
     * @return true from the moment that a close begins
     */
    boolean isClosed();

    /**
     * Closes as {@link #close()} does, after waiting for held handles to be released. New requests are refused from the
     * start, acquisitions under way fail with {@link ClientClosedException}. An interrupt ends the waiting.
     *
     * @param drain how long to wait at most
     */
    void close(Duration drain);

    /**
     * Closes at once: subscriptions end, acquisitions under way fail with {@link ClientClosedException}, held handles are lost with
     * {@link LossReason#CLIENT_CLOSED}, and then the connections are closed, which frees them at the server. Idempotent;
     * returns when the client's threads have ended, in bounded time.
     */
    @Override
    void close();
}
