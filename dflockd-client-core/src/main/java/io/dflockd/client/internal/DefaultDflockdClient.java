package io.dflockd.client.internal;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.DistributedSemaphore;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.client.Signals;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client. Its engine is made by the first call that needs it, so that an application that starts pays nothing for a
 * client that it has not used yet.
 *
 * <p>{@code engine} and {@code closing} are written under {@code this}, which is held for nothing but that; a close and a
 * first use that meet find each other there.
 */
public final class DefaultDflockdClient implements DflockdClient {

    private final ClientSettings settings;

    private final @Nullable ClassLoader contextClassLoader =
            Thread.currentThread().getContextClassLoader();

    private final CountDownLatch closed = new CountDownLatch(1);

    private volatile @Nullable ClientEngine engine;

    private volatile boolean closing;

    /** Opens nothing. */
    public DefaultDflockdClient(ClientSettings settings) {
        this.settings = settings;
    }

    private ClientEngine engine() {
        ClientEngine running = engine;
        return running != null ? running : firstUse();
    }

    private ClientEngine firstUse() {
        ClientEngine made;
        synchronized (this) {
            ClientEngine running = engine;
            if (running != null) {
                return running;
            }
            made = new ClientEngine(settings, this::isClosed, contextClassLoader);
            if (!closing) {
                engine = made;
                return made;
            }
        }
        // The close had nothing to close. What this engine, which nobody else gets, is asked for is refused as after
        // any.
        made.close(Duration.ZERO);
        return made;
    }

    @Override
    public DistributedLock lock(String key) {
        return engine().locks().lock(key);
    }

    @Override
    public DistributedSemaphore semaphore(String key, int limit) {
        return engine().locks().semaphore(key, limit);
    }

    @Override
    public Signals signals() {
        return engine().signals();
    }

    @Override
    public List<ServerAddress> servers() {
        return settings.servers();
    }

    @Override
    public ServerAddress serverFor(String key) {
        return settings.serverFor(key);
    }

    @Override
    public Map<ServerAddress, ServerStats> stats() throws InterruptedException {
        Map<ServerAddress, CompletableFuture<ServerStats>> asked = new LinkedHashMap<>();
        settings.servers().forEach(address -> asked.put(address, statsAsync(address)));
        Map<ServerAddress, ServerStats> answers = new LinkedHashMap<>();
        for (Map.Entry<ServerAddress, CompletableFuture<ServerStats>> entry : asked.entrySet()) {
            answers.put(entry.getKey(), await(entry.getValue()));
        }
        return answers;
    }

    @Override
    public CompletableFuture<ServerStats> statsAsync(ServerAddress address) {
        return engine().stats(address);
    }

    @Override
    public void connect() throws InterruptedException {
        for (CompletableFuture<Void> connected : engine().connect()) {
            await(connected);
        }
    }

    @Override
    public ClientSnapshot snapshot() {
        ClientEngine running = engine;
        return running == null ? unused() : running.snapshot();
    }

    /** What there is to see of a client without an engine: no connection to any of its servers. */
    private ClientSnapshot unused() {
        Map<ServerAddress, Integer> connections = new LinkedHashMap<>();
        settings.servers().forEach(address -> connections.put(address, 0));
        return new ClientSnapshot(List.of(), List.of(), connections);
    }

    @Override
    public boolean isClosed() {
        return closing;
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    @Override
    public void close(Duration drain) {
        ClientEngine running;
        boolean first;
        synchronized (this) {
            running = engine;
            first = !closing;
            closing = true;
        }
        if (!first) {
            awaitClosed(running);
            return;
        }
        try {
            if (running != null) {
                running.close(drain);
            }
        } finally {
            closed.countDown();
        }
    }

    /** A close that finds another under way waits for it, unless it is called by something that one waits for. */
    private void awaitClosed(@Nullable ClientEngine running) {
        if (running != null && running.isLoopThread()) {
            return;
        }
        try {
            closed.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException ex) {
            if (ex.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new DflockdException("the request failed", ex.getCause());
        }
    }

    @Override
    public String toString() {
        return "DflockdClient" + settings.servers();
    }
}
