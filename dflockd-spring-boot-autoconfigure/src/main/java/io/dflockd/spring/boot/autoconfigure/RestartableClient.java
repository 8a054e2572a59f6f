package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdClientBuilder;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.DistributedSemaphore;
import io.dflockd.client.LeaderElectionBuilder;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.client.Signals;
import io.dflockd.spring.internal.KnownAcquireTimeout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * A client that can be opened again after a stop. Locks and semaphores that were obtained before the stop belong to the
 * closed client and say so when used.
 */
final class RestartableClient implements DflockdClient, KnownAcquireTimeout {

    private final String name;

    private final DflockdClientBuilder builder;

    private final Duration acquireTimeout;

    private final Duration closeTimeout;

    private final BooleanSupplier contextIsClosing;

    private volatile DflockdClient current;

    RestartableClient(
            String name,
            DflockdClientBuilder builder,
            Duration acquireTimeout,
            Duration closeTimeout,
            BooleanSupplier contextIsClosing) {
        this.name = name;
        this.builder = builder;
        this.acquireTimeout = acquireTimeout;
        this.closeTimeout = closeTimeout;
        this.contextIsClosing = contextIsClosing;
        this.current = builder.build();
    }

    String name() {
        return name;
    }

    /** The client that is in use until the next stop. */
    DflockdClient current() {
        return current;
    }

    /** As in the properties. */
    @Override
    public Duration acquireTimeout() {
        return acquireTimeout;
    }

    Duration closeTimeout() {
        return closeTimeout;
    }

    void start() {
        if (current.isClosed()) {
            current = builder.build();
        }
    }

    @Override
    public DistributedLock lock(String key) {
        return current.lock(key);
    }

    @Override
    public DistributedSemaphore semaphore(String key, int limit) {
        return current.semaphore(key, limit);
    }

    @Override
    public LeaderElectionBuilder leaderElection(String role) {
        return current.leaderElection(role);
    }

    @Override
    public Signals signals() {
        return current.signals();
    }

    @Override
    public List<ServerAddress> servers() {
        return current.servers();
    }

    @Override
    public ServerAddress serverFor(String key) {
        return current.serverFor(key);
    }

    @Override
    public Map<ServerAddress, ServerStats> stats() throws InterruptedException {
        return current.stats();
    }

    @Override
    public CompletableFuture<ServerStats> statsAsync(ServerAddress server) {
        return current.statsAsync(server);
    }

    @Override
    public void connect() throws InterruptedException {
        current.connect();
    }

    @Override
    public ClientSnapshot snapshot() {
        return current.snapshot();
    }

    @Override
    public boolean isClosed() {
        return current.isClosed();
    }

    @Override
    public void close(Duration drain) {
        current.close(drain);
    }

    /** Does nothing while the context destroys its beans, which may still hold locks. {@link ClientLifecycle} closes then. */
    @Override
    public void close() {
        if (!contextIsClosing.getAsBoolean()) {
            current.close();
        }
    }
}
