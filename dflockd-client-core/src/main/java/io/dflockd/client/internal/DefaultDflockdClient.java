package io.dflockd.client.internal;

import io.dflockd.client.*;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Stub. */
public final class DefaultDflockdClient implements DflockdClient {
    public DefaultDflockdClient(ClientSettings settings) {}
    public DistributedLock lock(String key) { throw new IllegalStateException(); }
    public DistributedSemaphore semaphore(String key, int limit) { throw new IllegalStateException(); }
    public List<ServerAddress> servers() { throw new IllegalStateException(); }
    public ServerAddress serverFor(String key) { throw new IllegalStateException(); }
    public Map<ServerAddress, ServerStats> stats() { throw new IllegalStateException(); }
    public CompletableFuture<ServerStats> statsAsync(ServerAddress server) { throw new IllegalStateException(); }
    public void connect() {}
    public ClientSnapshot snapshot() { throw new IllegalStateException(); }
    public boolean isClosed() { return false; }
    public void close(Duration drain) {}
    public void close() {}
}
