package io.dflockd.client.internal;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.DistributedSemaphore;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.client.Signals;
import io.dflockd.client.internal.lock.EventLane;
import io.dflockd.client.internal.lock.LockRuntime;
import io.dflockd.client.internal.lock.LockServer;
import io.dflockd.client.internal.lock.Locks;
import io.dflockd.client.internal.server.ServerLinks;
import io.dflockd.client.internal.server.SharedLink;
import io.dflockd.client.internal.signal.ClientSignals;
import io.dflockd.client.internal.stats.StatsLink;
import io.dflockd.client.internal.transport.ClientThreads;
import io.dflockd.client.internal.transport.Connection;
import io.dflockd.client.internal.transport.Dialer;
import io.dflockd.client.internal.transport.Liveness;
import io.dflockd.client.internal.transport.Timers;
import io.dflockd.client.internal.wire.FieldRules;
import io.dflockd.client.internal.wire.Requests;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The client: puts the parts together, and takes them apart in order. What happens on connections happens on the event
 * loop; the methods here hand over to it.
 */
public final class DefaultDflockdClient implements DflockdClient {

    private static final long MAX_CLOSE_SECONDS = Duration.ofDays(365).toSeconds();

    private final ClientSettings settings;

    private final ClientThreads threads;

    private final EventLoop loop;

    private final LockRuntime runtime;

    private final Locks locks;

    private final ClientSignals signals;

    private final Map<ServerAddress, Server> servers = new LinkedHashMap<>();

    private final AtomicBoolean closing = new AtomicBoolean();

    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private record Server(ServerLinks links, LockServer locks, StatsLink stats) {}

    /** Opens nothing. */
    public DefaultDflockdClient(ClientSettings settings) {
        this.settings = settings;
        this.threads = new ClientThreads(settings.callbackExecutor());
        this.loop = threads.loop();
        Timers timers = new Timers(loop, settings.ticker());
        EventLane events = new EventLane(settings.listeners(), threads.events());
        this.runtime = new LockRuntime(
                loop,
                timers,
                threads.callbacks(),
                threads.losses(),
                events,
                new LockRuntime.Options(
                        settings.requestTimeout(),
                        settings.connectTimeout(),
                        settings.serverAutoRelease(),
                        settings.fenceFromToken(),
                        settings.queuedPlaceMaxLife(),
                        settings.withdrawalDrain()),
                key -> server(serverFor(key)).locks());
        Dialer dialer = new Dialer(
                loop,
                timers,
                threads.blocking(),
                Liveness.of(settings.keepAliveInterval(), settings.serverReadTimeout()),
                settings.connectTimeout(),
                settings.sslContext(),
                settings.hostnameVerification(),
                settings.authToken());
        for (ServerAddress address : settings.servers()) {
            servers.put(address, serverOf(address, dialer, timers, events));
        }
        this.locks = new Locks(
                runtime, settings.acquireTimeout(), settings.lease(), settings.renewRatio(), settings.renewal());
        this.signals = new ClientSignals(
                loop,
                threads.callbacks(),
                events,
                new ClientSignals.Options(
                        settings.signalRouting(),
                        settings.maxSignalPayload(),
                        settings.signalThreads(),
                        settings.requestTimeout()),
                servers.values().stream().map(Server::links).toList(),
                this::serverFor);
    }

    private Server serverOf(ServerAddress address, Dialer dialer, Timers timers, EventLane events) {
        ServerLinks links = new ServerLinks(
                address,
                dialer,
                timers,
                events,
                settings.maxWaitConnections(),
                settings.waitConnectionIdle().toNanos());
        StatsLink stats = new StatsLink(
                links,
                threads.blocking(),
                settings.maxStatsBytes(),
                settings.requestTimeout().toNanos());
        return new Server(links, new LockServer(links, this::findLimit), stats);
    }

    private void findLimit(ServerAddress server, String key, Consumer<@Nullable Integer> found) {
        statsAsync(server).whenComplete((stats, failure) -> found.accept(failure != null ? null : limit(stats, key)));
    }

    private static @Nullable Integer limit(ServerStats stats, String key) {
        for (ServerStats.Semaphore semaphore : stats.semaphores()) {
            if (semaphore.key().equals(key)) {
                return (int) semaphore.limit();
            }
        }
        boolean lock = stats.locks().stream().anyMatch(held -> held.key().equals(key))
                || stats.idleLocks().stream().anyMatch(idle -> idle.key().equals(key));
        return lock ? 1 : null;
    }

    @Override
    public DistributedLock lock(String key) {
        return locks.lock(key);
    }

    @Override
    public DistributedSemaphore semaphore(String key, int limit) {
        return locks.semaphore(key, limit);
    }

    @Override
    public Signals signals() {
        return signals;
    }

    @Override
    public List<ServerAddress> servers() {
        return settings.servers();
    }

    @Override
    public ServerAddress serverFor(String key) {
        FieldRules.key(key);
        int count = settings.servers().size();
        int index = settings.sharding().serverFor(key, count);
        if (index < 0 || index >= count) {
            throw new InvalidArgumentException("the sharding strategy answered " + index + " for key '" + key
                    + "'; with " + count + " servers it must answer 0.." + (count - 1));
        }
        return settings.servers().get(index);
    }

    private Server server(ServerAddress address) {
        Server server = servers.get(address);
        if (server == null) {
            throw new InvalidArgumentException(
                    "server " + address + " is none of this client's servers " + settings.servers());
        }
        return server;
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
        Server server = server(address);
        return onLoop(() -> server.stats().ask());
    }

    @Override
    public void connect() throws InterruptedException {
        Map<ServerAddress, CompletableFuture<Void>> asked = new LinkedHashMap<>();
        servers.forEach((address, server) -> asked.put(address, onLoop(() -> connect(server))));
        for (CompletableFuture<Void> connected : asked.values()) {
            await(connected);
        }
    }

    private static CompletableFuture<Void> connect(Server server) {
        CompletableFuture<Void> connected = new CompletableFuture<>();
        server.locks().session().use(new SharedLink.User() {
            @Override
            public void connected(Connection connection) {
                connection.send(
                        Requests.keepAlive(), new FirstAnswer(server.links().server(), connected));
            }

            @Override
            public void unavailable(DflockdException cause) {
                connected.completeExceptionally(cause);
            }

            @Override
            public boolean waitsAfter(DflockdException cause) {
                return false;
            }
        });
        return connected;
    }

    @Override
    public ClientSnapshot snapshot() {
        return onLoop(() -> {
                    Map<ServerAddress, Integer> connections = new LinkedHashMap<>();
                    servers.forEach((address, server) ->
                            connections.put(address, server.links().connections()));
                    ClientSnapshot locked = runtime.snapshot(connections);
                    return CompletableFuture.completedFuture(new ClientSnapshot(
                            locked.held(), locked.waiting(), locked.connections(), signals.snapshot()));
                })
                .exceptionally(failure -> new ClientSnapshot(List.of(), List.of(), Map.of()))
                .join();
    }

    @Override
    public boolean isClosed() {
        return closing.get();
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    @Override
    public void close(Duration drain) {
        if (!closing.compareAndSet(false, true)) {
            awaitClosed();
            return;
        }
        try {
            awaitQuietly(onLoop(signals::close), settings.requestTimeout());
            awaitQuietly(onLoop(runtime::drain), drain);
            awaitQuietly(onLoop(runtime::loseAll), settings.requestTimeout());
            if (!settings.serverAutoRelease()) {
                awaitQuietly(whenQuiet(), settings.requestTimeout());
            }
            awaitQuietly(
                    onLoop(() -> {
                        servers.values().forEach(server -> server.links().close());
                        return CompletableFuture.completedFuture(null);
                    }),
                    settings.requestTimeout());
        } finally {
            threads.close();
            closed.complete(null);
        }
    }

    /**
     * Where the server keeps what ended connections held, a grant that is still on its way has to be received and released.
     */
    private CompletableFuture<Void> whenQuiet() {
        CompletableFuture<Void> quiet = new CompletableFuture<>();
        Runnable look = new Runnable() {
            @Override
            public void run() {
                if (servers.values().stream().allMatch(server -> server.links().isQuiet())) {
                    quiet.complete(null);
                } else {
                    loop.schedule(this, 10, TimeUnit.MILLISECONDS);
                }
            }
        };
        loop.execute(look);
        return quiet;
    }

    /** A close that finds another under way waits for it, unless it is called by something that one waits for. */
    private void awaitClosed() {
        if (!loop.inEventLoop()) {
            awaitQuietly(closed, Duration.ofSeconds(10));
        }
    }

    private static void awaitQuietly(CompletableFuture<?> future, Duration timeout) {
        try {
            future.get(
                    Math.min(timeout.toSeconds(), MAX_CLOSE_SECONDS) * 1000L + timeout.toMillisPart(),
                    TimeUnit.MILLISECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException ex) {
            // A close goes on, whatever a step of it met.
            return;
        }
    }

    private <T> CompletableFuture<T> onLoop(java.util.function.Supplier<CompletableFuture<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable step = () -> {
            try {
                task.get().whenComplete((value, failure) -> {
                    if (failure != null) {
                        result.completeExceptionally(failure);
                    } else {
                        result.complete(value);
                    }
                });
            } catch (RuntimeException | Error ex) {
                result.completeExceptionally(ex);
            }
        };
        try {
            loop.execute(step);
        } catch (RejectedExecutionException ex) {
            result.completeExceptionally(
                    new ClientClosedException("the dflockd client is closed; make requests before closing it"));
        }
        return result;
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
