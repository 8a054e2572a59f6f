package io.dflockd.client.internal;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.DistributedSemaphore;
import io.dflockd.client.LeaderElectionBuilder;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.client.Signals;
import io.dflockd.client.internal.leader.ElectionHost;
import io.dflockd.client.internal.leader.Elections;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.settings.ClientSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client. The first call that needs the engine creates it, so that an application pays nothing at startup for a client that
 * it has not used.
 *
 * <p>{@code engine} and {@code closing} are written under {@code this}, so that a first use and a close at the same time see each
 * other.
 */
public final class DefaultDflockdClient implements DflockdClient {

    private static final Logger logger = LoggerFactory.getLogger(DefaultDflockdClient.class);
    private static final long SECOND_CLOSE_SECONDS = 10;

    private final ClientSettings settings;

    private final @Nullable ClassLoader contextClassLoader =
            Thread.currentThread().getContextClassLoader();

    private final Elections elections = new Elections(new EngineHost());
    private final CountDownLatch closed = new CountDownLatch(1);
    /** Completed when one of those who close the client does not want to wait for held handles any longer. */
    private final CompletableFuture<Void> drainOver = new CompletableFuture<>();

    private volatile @Nullable ClientEngine engine;
    private volatile boolean closing;

    public DefaultDflockdClient(ClientSettings settings) {
        this.settings = settings;
    }

    /** A copy of the settings, for tests. */
    public ClientSettings settings() {
        return settings.copy();
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
        // The close found nothing to close. This engine refuses every request, as a closed one does.
        made.close(0, CompletableFuture.completedFuture(null));
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
    public LeaderElectionBuilder leaderElection(String role) {
        return elections.of(role);
    }

    @Override
    public Signals signals() {
        return engine().signals();
    }

    @Override
    public List<ServerAddress> servers() {
        return settings.servers;
    }

    @Override
    public ServerAddress serverFor(String key) {
        return settings.serverFor(key);
    }

    @Override
    public Map<ServerAddress, ServerStats> stats() throws InterruptedException {
        return engine().stats();
    }

    @Override
    public CompletableFuture<ServerStats> statsAsync(ServerAddress address) {
        ClientEngine running = engine();
        return running.loop().forCaller(running.stats(address));
    }

    @Override
    public void connect() throws InterruptedException {
        engine().connect();
    }

    @Override
    public ClientSnapshot snapshot() {
        ClientEngine running = engine;
        return running == null ? unused() : running.snapshot();
    }

    /** The snapshot of a client that has not been used. */
    private ClientSnapshot unused() {
        Map<ServerAddress, Integer> connections = new LinkedHashMap<>();
        settings.servers.forEach(address -> connections.put(address, 0));
        return new ClientSnapshot(List.of(), List.of(), connections, List.of());
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
        Objects.requireNonNull(drain, "drain must not be null");
        ClientEngine running = engine;
        if (running != null) {
            running.loop().requireOtherThread();
        }
        boolean first;
        synchronized (this) {
            running = engine;
            first = !closing;
            closing = true;
        }
        long patience = Durations.nanos(drain);
        if (first) {
            takeApart(running, patience);
        } else {
            awaitClosed(patience);
        }
    }

    /** Leaders and held handles end in the same time. Whatever a step throws, the later ones are done. */
    private void takeApart(@Nullable ClientEngine running, long patience) {
        long begin = System.nanoTime();
        try {
            elections.close();
        } finally {
            try {
                if (running != null) {
                    running.close(Math.max(0, patience - (System.nanoTime() - begin)), drainOver);
                }
            } finally {
                closed.countDown();
            }
        }
    }

    /**
     * Another thread closes the client already. This one ends the drain when its own time for it is over, and waits for the rest;
     * not in a callback of an election, for which the other waits. For a bounded time, because it may be called by something else
     * that the other waits for.
     */
    private void awaitClosed(long patience) {
        if (elections.isCallbackThread()) {
            if (patience <= 0) {
                drainOver.complete(null);
            }
            return;
        }
        try {
            if (patience > 0 && closed.await(patience, TimeUnit.NANOSECONDS)) {
                return;
            }
            drainOver.complete(null);
            if (!closed.await(SECOND_CLOSE_SECONDS, TimeUnit.SECONDS)) {
                logger.debug("A close of {} is still under way", this);
            }
        } catch (InterruptedException ex) {
            drainOver.complete(null);
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "DflockdClient" + settings.servers;
    }

    /** Elections run on the engine. */
    private final class EngineHost implements ElectionHost {

        @Override
        public DistributedLock lock(String key) {
            return engine().locks().lastingLock(key);
        }

        @Override
        public void requireOpen() {
            if (closing) {
                throw ClientLoop.closedException();
            }
        }

        @Override
        public void requireOtherThread() {
            engine().loop().requireOtherThread();
        }

        @Override
        public void callBack(Runnable task) {
            engine().loop().callBack(task);
        }

        @Override
        public @Nullable Runnable schedule(Runnable task, long delayNanos) {
            ClientLoop loop = engine().loop();
            Timer timer = new Timer(task);
            return loop.start(timer, delayNanos) ? () -> loop.stop(timer) : null;
        }
    }
}
