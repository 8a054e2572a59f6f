package io.dflockd.benchmarks.jmh;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.DistributedSemaphore;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.client.Signals;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A client whose locks are granted without a server; all else is a real client's that never connects. */
final class NoIoClient implements DflockdClient {

    private final DflockdClient real = DflockdClient.builder().build();

    @Override
    public DistributedLock lock(String key) {
        return new NoIo.Lock(real.lock(key));
    }

    @Override
    public DistributedSemaphore semaphore(String key, int limit) {
        return real.semaphore(key, limit);
    }

    @Override
    public Signals signals() {
        return real.signals();
    }

    @Override
    public List<ServerAddress> servers() {
        return real.servers();
    }

    @Override
    public ServerAddress serverFor(String key) {
        return real.serverFor(key);
    }

    @Override
    public Map<ServerAddress, ServerStats> stats() throws InterruptedException {
        return real.stats();
    }

    @Override
    public CompletableFuture<ServerStats> statsAsync(ServerAddress server) {
        return real.statsAsync(server);
    }

    @Override
    public void connect() throws InterruptedException {
        real.connect();
    }

    @Override
    public ClientSnapshot snapshot() {
        return real.snapshot();
    }

    @Override
    public boolean isClosed() {
        return real.isClosed();
    }

    @Override
    public void close(Duration drain) {
        real.close(drain);
    }

    @Override
    public void close() {
        real.close();
    }
}
