package io.dflockd.client.testserver;

import io.dflockd.client.ServerStats;
import io.dflockd.embedded.ConnectionView;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.HolderView;
import io.dflockd.embedded.KeyView;
import io.dflockd.embedded.RequestView;
import io.dflockd.embedded.ServerView;
import io.dflockd.embedded.WaiterView;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process that the command of the system property starts, with a proxy before it. Holders and waiters are what the
 * process itself says in its stats, which it is asked for without the proxy; requests and connections are what the proxy
 * has seen.
 */
final class ProcessTestServer implements TestServer, TestFaults {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final ServerView EMPTY = new ServerView(List.of(), List.of(), List.of(), Map.of(), 0);

    private final TestServerSettings settings;

    private final int serverPort = TestPorts.next();

    private final StatsMonitor monitor;

    private @Nullable Process process;

    private @Nullable Proxy proxy;

    ProcessTestServer(TestServerSettings settings) {
        this.settings = settings;
        this.monitor = new StatsMonitor(serverPort, settings);
    }

    @Override
    public synchronized void start() throws IOException {
        if (process == null) {
            Process started = ServerCommand.start(serverPort, settings.flags());
            try {
                // A first request may be slow, and is not what tests measure.
                monitor.stats();
                proxy = new Proxy(settings.port(), serverPort, settings.tls().isPresent());
                process = started;
            } catch (IOException | RuntimeException ex) {
                ServerCommand.end(started);
                throw ex;
            }
        }
    }

    @Override
    public void stop() {
        end(false);
    }

    @Override
    public void kill() {
        end(true);
    }

    private synchronized void end(boolean reset) {
        Proxy ending = proxy;
        if (process != null && ending != null) {
            ending.stopListening();
            ServerCommand.end(process);
            ending.endAll(reset);
            ending.close();
        }
        process = null;
        proxy = null;
    }

    @Override
    public synchronized CompletableFuture<?> shutdown() {
        if (process == null) {
            return CompletableFuture.completedFuture(null);
        }
        proxy().stopListening();
        ServerCommand.signal(process, "TERM");
        return process.onExit();
    }

    @Override
    public synchronized boolean isRunning() {
        return process != null;
    }

    @Override
    public String address() {
        return "127.0.0.1:" + settings.port();
    }

    @Override
    public int port() {
        return settings.port();
    }

    private synchronized Proxy proxy() {
        if (proxy == null) {
            throw new IllegalStateException("the server is not running");
        }
        return proxy;
    }

    @Override
    public synchronized ServerView view() {
        Proxy running = proxy;
        if (running == null) {
            return EMPTY;
        }
        ServerStats stats = monitor.stats();
        return running.look((connections, requests, counts, grants) -> new ServerView(
                keys(stats, connections, grants),
                connections.stream().map(ProxyConnection::view).toList(),
                requests,
                counts,
                0));
    }

    private static List<KeyView> keys(ServerStats stats, List<ProxyConnection> connections, Grants grants) {
        List<KeyView> keys = new ArrayList<>();
        for (ServerStats.Lock lock : stats.locks()) {
            boolean held = lock.ownerConnectionId() != 0;
            keys.add(new KeyView(
                    lock.key(),
                    1,
                    holders(grants, lock.key(), held ? 1 : 0, lock.leaseRemaining()),
                    waiters(connections, lock.key(), lock.waiters())));
        }
        for (ServerStats.Semaphore semaphore : stats.semaphores()) {
            keys.add(new KeyView(
                    semaphore.key(),
                    semaphore.limit(),
                    holders(grants, semaphore.key(), semaphore.holders(), Duration.ZERO),
                    waiters(connections, semaphore.key(), semaphore.waiters())));
        }
        return keys;
    }

    /** As many as the server says; those whose grant nobody has been told of yet have neither token nor connection. */
    private static List<HolderView> holders(Grants grants, String key, long count, Duration lease) {
        List<HolderView> holders = new ArrayList<>();
        for (Grants.Granted granted : grants.latest(key, count)) {
            holders.add(new HolderView(key, granted.token(), granted.connectionId(), 0, lease));
        }
        while (holders.size() < count) {
            holders.add(new HolderView(key, "", 0, 0, lease));
        }
        return holders;
    }

    /** As many as the server says, those first that block. */
    private static List<WaiterView> waiters(List<ProxyConnection> connections, String key, long count) {
        List<WaiterView> waiters = new ArrayList<>();
        for (ProxyConnection connection : connections) {
            RequestView waiting = connection.waiting();
            if (waiters.size() < count && waiting != null && waiting.key().equals(key)) {
                waiters.add(new WaiterView(key, connection.id(), true));
            }
        }
        while (waiters.size() < count) {
            waiters.add(new WaiterView(key, 0, false));
        }
        return waiters;
    }

    @Override
    public TestFaults faults() {
        return this;
    }

    @Override
    public TestFault inject(Fault fault, FaultTarget target) {
        return proxy().inject(fault, target);
    }

    @Override
    public TestFault closeAfterAccept(int connections) {
        return proxy().closeAfterAccept(connections);
    }

    @Override
    public TestFault refuseConnections() {
        return proxy().refuseConnections();
    }

    @Override
    public TestFault stall() {
        return proxy().stall();
    }

    @Override
    public TestFault stall(long connectionId) {
        return proxy().stall(connectionId);
    }

    @Override
    public void cut(long connectionId) {
        end(connectionId, ProxyConnection::close);
    }

    @Override
    public void reset(long connectionId) {
        end(connectionId, ProxyConnection::reset);
    }

    /** Returns when the server has noticed; one of the older generations does not while it waits for a grant. */
    private void end(long connectionId, Consumer<ProxyConnection> how) {
        boolean blocked =
                view().connection(connectionId).map(ConnectionView::blocked).orElse(false);
        long before = surplus();
        proxy().with(connectionId, how);
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!blocked && surplus() > before && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /**
     * How many connections the server has that the proxy has not: the monitor's, and those that have ended unnoticed. Unlike the
     * number of all, it does not change when the client connects again.
     */
    private long surplus() {
        int open = proxy().look((connections, requests, counts, grants) -> connections.size());
        return monitor.stats().connections() - open;
    }

    @Override
    public void say(long connectionId, String line) {
        proxy().with(connectionId, connection -> connection.say(line));
    }

    /** Releases behind the back of the holders, who learn it in the same way: at their next renewal. */
    @Override
    public int expireNow(String key) {
        int released = 0;
        for (Grants.Granted granted : proxy().look((connections, requests, counts, grants) -> grants.of(key))) {
            if (monitor.ask(granted.semaphore() ? "sr" : "r", key, granted.token())
                    .equals("ok")) {
                released++;
            }
        }
        return released;
    }

    @Override
    public void clear() {
        proxy().clear();
    }

    @Override
    public void close() {
        stop();
    }
}
