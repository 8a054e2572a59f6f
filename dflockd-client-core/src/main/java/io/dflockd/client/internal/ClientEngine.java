package io.dflockd.client.internal;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdException;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.client.internal.lock.LockRegister;
import io.dflockd.client.internal.lock.Locks;
import io.dflockd.client.internal.lock.ServerLocks;
import io.dflockd.client.internal.loop.ClientThreads;
import io.dflockd.client.internal.loop.ListenerNotifier;
import io.dflockd.client.internal.loop.Timers;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.Dialer;
import io.dflockd.client.internal.net.Liveness;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.signal.ClientSignals;
import io.dflockd.client.internal.stats.StatsConnection;
import io.dflockd.client.internal.wire.Requests;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a client that is in use, put together. Making one opens no connection and starts no thread, but it initializes the
 * classes of the event loop, which takes a while in a JVM that has just started.
 *
 * <p>What happens on connections happens on the event loop; {@link #onLoop} hands over to it.
 */
final class ClientEngine {

    private static final long MAX_CLOSE_SECONDS = Duration.ofDays(365).toSeconds();

    private final ClientSettings settings;

    private final ClientThreads threads;

    private final EventLoop loop;

    private final LockRegister runtime;

    private final Locks locks;

    private final ClientSignals signals;

    private final Map<ServerAddress, Server> servers = new LinkedHashMap<>();

    /** What leads to one server. */
    private record Server(ServerConnections links, ServerLocks locks, StatsConnection stats) {}

    /**
     * Puts it together.
     *
     * @param closed whether the client says that it is closed: nobody is granted anything from then on
     * @param contextClassLoader what handlers of signals find set on their threads
     */
    ClientEngine(ClientSettings settings, BooleanSupplier closed, @Nullable ClassLoader contextClassLoader) {
        this.settings = settings;
        this.threads = new ClientThreads(settings.callbackExecutor());
        this.loop = threads.loop();
        Timers timers = new Timers(loop, settings.ticker());
        ListenerNotifier events = new ListenerNotifier(settings.listeners(), threads.events());
        this.runtime = new LockRegister(
                loop,
                timers,
                threads.callbacks(),
                threads.losses(),
                events,
                new LockRegister.Options(
                        settings.requestTimeout(),
                        settings.connectTimeout(),
                        settings.serverAutoRelease(),
                        settings.fenceFromToken(),
                        settings.queuedPlaceMaxLife(),
                        settings.withdrawalDrain()),
                key -> server(settings.serverFor(key)).locks(),
                closed);
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
                        contextClassLoader,
                        settings.requestTimeout()),
                servers.values().stream().map(Server::links).toList(),
                settings::serverFor);
    }

    private Server serverOf(ServerAddress address, Dialer dialer, Timers timers, ListenerNotifier events) {
        ServerConnections links = new ServerConnections(
                address,
                dialer,
                timers,
                events,
                settings.maxWaitConnections(),
                settings.waitConnectionIdle().toNanos());
        StatsConnection stats = new StatsConnection(
                links,
                threads.blocking(),
                settings.maxStatsBytes(),
                settings.requestTimeout().toNanos());
        return new Server(links, new ServerLocks(links, this::findLimit), stats);
    }

    private void findLimit(ServerAddress server, String key, Consumer<@Nullable Integer> found) {
        stats(server).whenComplete((stats, failure) -> found.accept(failure != null ? null : limit(stats, key)));
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

    Locks locks() {
        return locks;
    }

    ClientSignals signals() {
        return signals;
    }

    boolean isLoopThread() {
        return loop.inEventLoop();
    }

    CompletableFuture<ServerStats> stats(ServerAddress address) {
        Server server = server(address);
        return onLoop(() -> server.stats().ask());
    }

    private Server server(ServerAddress address) {
        Server server = servers.get(address);
        if (server == null) {
            throw new InvalidArgumentException(
                    "server " + address + " is none of this client's servers " + settings.servers());
        }
        return server;
    }

    /** Opens a connection to every server. */
    List<CompletableFuture<Void>> connect() {
        List<CompletableFuture<Void>> asked = new ArrayList<>();
        servers.values().forEach(server -> asked.add(onLoop(() -> connect(server))));
        return asked;
    }

    private static CompletableFuture<Void> connect(Server server) {
        CompletableFuture<Void> connected = new CompletableFuture<>();
        server.locks().session().use(new SharedConnection.User() {
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

    /** What is held, waited for and listened to. */
    ClientSnapshot snapshot() {
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

    /** Takes everything apart, in order; returns when the loop has ended, in bounded time. */
    void close(Duration drain) {
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

    private <T> CompletableFuture<T> onLoop(Supplier<CompletableFuture<T>> task) {
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
}
