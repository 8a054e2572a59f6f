package io.dflockd.client.internal;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.client.Signals;
import io.dflockd.client.internal.lock.Locks;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.ClientThreads;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.SocketDialer;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.client.internal.signal.ClientSignals;
import io.dflockd.client.internal.stats.StatsConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a client in use, assembled. Making one opens no connection and starts no thread, but it initializes the classes
 * of the event loop, which takes a while in a JVM that has just started. Any thread may call the methods.
 */
final class ClientEngine {

    private static final long QUIET_CHECK_NANOS = 10_000_000;
    /** The answer's own timeout comes first. */
    private static final Duration STATS_GRACE = Duration.ofSeconds(1);

    private final ClientSettings settings;
    private final ClientThreads threads;
    private final ClientLoop loop;
    private final Locks locks;
    private final ClientSignals signals;
    private final Map<ServerAddress, Server> servers = new LinkedHashMap<>();

    private record Server(ServerConnections connections, StatsConnection stats) {}

    /** Assembles the parts. Once the client is closed, nothing is granted. All threads get the context class loader. */
    ClientEngine(ClientSettings settings, BooleanSupplier closed, @Nullable ClassLoader contextClassLoader) {
        this.settings = settings;
        this.threads = new ClientThreads(settings.callbackExecutor, settings.signalThreads, contextClassLoader);
        this.loop = new ClientLoop(threads, settings.ticker, settings.listeners, closed);
        SocketDialer dialer = new SocketDialer(loop, threads.lookups(), settings);
        List<ServerConnections> connections = new ArrayList<>();
        for (ServerAddress address : settings.servers) {
            ServerConnections ofServer = new ServerConnections(
                    address, dialer, loop, settings.maxWaitConnections, settings.waitConnectionIdle.toNanos());
            connections.add(ofServer);
            StatsConnection stats = new StatsConnection(
                    ofServer, threads.workers(), settings.maxStatsBytes, settings.requestTimeout.toNanos());
            servers.put(address, new Server(ofServer, stats));
        }
        this.locks = new Locks(loop, settings, connections, this::findLimit);
        this.signals = new ClientSignals(loop, settings, connections, threads.signals());
    }

    private void findLimit(ServerAddress address, String key, Consumer<@Nullable Integer> found) {
        server(address)
                .stats()
                .ask()
                .whenComplete((stats, failure) -> found.accept(failure != null ? null : limit(stats, key)));
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

    ClientLoop loop() {
        return loop;
    }

    Locks locks() {
        return locks;
    }

    Signals signals() {
        return signals;
    }

    /** The stats of a server. Completed on the event loop. */
    CompletableFuture<ServerStats> stats(ServerAddress address) {
        Server server = server(address);
        return loop.call(() -> server.stats().ask());
    }

    private Server server(ServerAddress address) {
        Server server = servers.get(address);
        if (server == null) {
            throw new InvalidArgumentException(
                    "server " + address + " is not one of the client's servers " + settings.servers);
        }
        return server;
    }

    /** Opens a connection to every server and waits for a first answer, within connect and request timeout. */
    void connect() throws InterruptedException {
        askAll(
                address -> locks.session(address).firstAnswer(),
                settings.connectTimeout.plus(settings.requestTimeout),
                "the first request within the connect timeout and the request timeout of");
    }

    /** The stats of all servers. */
    Map<ServerAddress, ServerStats> stats() throws InterruptedException {
        return askAll(
                address -> server(address).stats().ask(), settings.requestTimeout.plus(STATS_GRACE), "stats within");
    }

    /** Asks all servers at the same time, and waits for all answers. */
    private <T> Map<ServerAddress, T> askAll(
            Function<ServerAddress, CompletableFuture<T>> request, Duration limit, String what)
            throws InterruptedException {
        Map<ServerAddress, CompletableFuture<T>> requests = new LinkedHashMap<>();
        for (ServerAddress address : settings.servers) {
            requests.put(address, loop.call(() -> request.apply(address)));
        }
        long deadline = System.nanoTime() + limit.toNanos();
        Map<ServerAddress, T> answers = new LinkedHashMap<>();
        for (Map.Entry<ServerAddress, CompletableFuture<T>> asked : requests.entrySet()) {
            ServerAddress address = asked.getKey();
            answers.put(
                    address,
                    loop.await(
                            asked.getValue(),
                            deadline - System.nanoTime(),
                            () -> new RequestTimeoutException(
                                    "server " + address + " did not answer " + what + " " + limit.toMillis() + " ms")));
        }
        return answers;
    }

    /** Everything that is held, waited for and listened to. */
    ClientSnapshot snapshot() {
        CompletableFuture<ClientSnapshot> snapshot = loop.call(() -> {
            Map<ServerAddress, Integer> open = new LinkedHashMap<>();
            servers.forEach(
                    (address, server) -> open.put(address, server.connections().open()));
            return CompletableFuture.completedFuture(locks.register().snapshot(open, signals.snapshot()));
        });
        boolean ended = !loop.awaitUninterruptibly(snapshot, settings.requestTimeout.toNanos());
        return ended || snapshot.isCompletedExceptionally()
                ? new ClientSnapshot(List.of(), List.of(), Map.of(), List.of())
                : snapshot.join();
    }

    /**
     * Takes everything apart, in order. Returns when the loop has ended, in bounded time. An interrupt ends the wait for what is
     * held or kept; the other steps are done all the same, and the flag is kept.
     *
     * @param drainNanos how long it waits for what is held, at most
     * @param drainOver ends that wait when it is completed, on any thread
     */
    void close(long drainNanos, CompletableFuture<Void> drainOver) {
        long step = settings.requestTimeout.toNanos();
        boolean interrupted = false;
        try {
            loop.awaitUninterruptibly(loop.call(signals::close), step);
            interrupted =
                    interruptsWait(() -> locks.register().drain().acceptEither(drainOver, over -> {}), drainNanos);
            loop.awaitUninterruptibly(loop.call(locks.register()::loseAll), step);
            interrupted = interrupted
                    || interruptsWait(locks.register()::whenNoneKept, settings.holdAtLeastOnClose.toNanos());
            loop.awaitUninterruptibly(loop.call(locks.register()::releaseKept), step);
            if (!settings.serverAutoRelease) {
                loop.awaitUninterruptibly(loop.call(this::whenQuiet), step);
            }
            loop.awaitUninterruptibly(loop.call(this::closeConnections), step);
        } finally {
            threads.close();
            loop.events().close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for something, up to a limit. Whether an interrupt has ended the wait. */
    private boolean interruptsWait(Supplier<CompletableFuture<Void>> step, long limitNanos) {
        try {
            loop.await(loop.call(step), limitNanos, () -> new RequestTimeoutException("the limit is over"));
        } catch (InterruptedException ex) {
            return true;
        } catch (RuntimeException ex) {
            // A close goes on, whatever a step of it met.
            return false;
        }
        return false;
    }

    private CompletableFuture<Void> closeConnections() {
        loop.forEach(servers.values(), server -> {
            server.stats().close();
            server.connections().close();
        });
        return CompletableFuture.completedFuture(null);
    }

    /** If the server keeps what ended connections held, a grant that is still on its way has to be received and released. */
    private CompletableFuture<Void> whenQuiet() {
        CompletableFuture<Void> quiet = new CompletableFuture<>();
        lookForQuiet(quiet);
        return quiet;
    }

    private void lookForQuiet(CompletableFuture<Void> quiet) {
        if (servers.values().stream().allMatch(server -> server.connections().isQuiet())) {
            quiet.complete(null);
        } else {
            loop.schedule(() -> lookForQuiet(quiet), QUIET_CHECK_NANOS);
        }
    }
}
