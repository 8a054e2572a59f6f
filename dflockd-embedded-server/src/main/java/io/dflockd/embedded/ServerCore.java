package io.dflockd.embedded;

import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of a server, from the start to the stop: the event loop, and everything that is confined to it. A restart
 * makes a new one, which is how all state is forgotten.
 *
 * <p>Concurrency: a single event loop thread owns all state, here and in the types that say so. Other threads come in
 * through {@link #call} and {@link #run} only.
 */
final class ServerCore {

    static final long LONGEST_TIMER_NANOS = TimeUnit.DAYS.toNanos(36_500);

    private final Settings settings;
    private final LoopThread thread = new LoopThread();
    private final Acceptor acceptor;
    private final LeaseClock clock;
    private final LockTable table;
    private final Signals signals = new Signals();
    private final Commands commands;
    private final StatsJson stats;
    private final RequestLog requestLog;
    private final FaultRules faults = new FaultRules();
    private final FaultPlayer faultPlayer = new FaultPlayer(this);
    private final Connections connections = new Connections();
    private final byte[] scratch = new byte[LineReader.MAX_LINE + 1];
    private final Deque<Connection> turns = new ArrayDeque<>();
    private final List<InjectedFault> stallsOfAll = new ArrayList<>();
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private int port;
    private boolean draining;
    private boolean stopping;

    ServerCore(Settings settings) {
        this.settings = settings;
        this.acceptor = new Acceptor(thread.loop(), settings.host(), this::accept);
        this.clock = new LeaseClock(settings.virtualLeaseTime());
        this.table = new LockTable(settings, clock);
        this.stats = new StatsJson(table, signals, settings.generation());
        this.requestLog = new RequestLog(settings.requestLogSize());
        this.commands = new Commands(this);
    }

    /** Listens and starts the background loops; returns the address. */
    InetSocketAddress start(int wantedPort) throws IOException {
        ChannelFuture bound = call(() -> acceptor.listen(wantedPort)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            thread.terminate();
            throw new IOException("cannot listen on " + settings.host() + ":" + wantedPort, bound.cause());
        }
        InetSocketAddress address = (InetSocketAddress) bound.channel().localAddress();
        run(() -> port = address.getPort());
        every(settings.leaseSweepIntervalNanos(), table::sweep);
        every(settings.gcIntervalNanos(), table::collectGarbage);
        return address;
    }

    private void every(long nanos, Runnable task) {
        Future<?> ignored = thread.loop()
                .scheduleAtFixedRate(
                        () -> {
                            task.run();
                            endTurn();
                        },
                        nanos,
                        nanos,
                        TimeUnit.NANOSECONDS);
    }

    private void accept(SocketChannel channel) {
        boolean full = settings.maxConnections() > 0 && connections.count() >= settings.maxConnections();
        if (stopping || full || faults.matchAccept()) {
            channel.close();
            return;
        }
        Connection connection = connections.add(id -> new Connection(this, id, channel));
        if (settings.tls() != null) {
            SslHandler tls = settings.tls().newHandler(channel.alloc());
            // The read timeout is what ends a handshake that does not come.
            tls.setHandshakeTimeoutMillis(0);
            channel.pipeline().addLast(tls);
        }
        channel.pipeline().addLast(new ChannelEvents(this, connection));
        stallsOfAll.forEach(f -> stall(connection.id, f));
    }

    /** Queues a connection for the end of this turn, when it goes on and what it has to say is written. */
    void takeTurn(Connection connection) {
        if (connection.enterTurn()) {
            turns.add(connection);
        }
    }

    /** Ends a turn of the event loop: everything that came in has been dealt with. */
    void endTurn() {
        for (Connection next = turns.poll(); next != null; next = turns.poll()) {
            next.turn();
        }
    }

    void remove(Connection connection) {
        connections.remove(connection);
        completeIfDrained();
    }

    String statsLine(int padding) {
        return "ok " + stats.write(connections.count(), padding) + "\n";
    }

    boolean tokenMatches(String argument) {
        String token = settings.authToken();
        return token != null
                && MessageDigest.isEqual(
                        token.getBytes(StandardCharsets.UTF_8),
                        WireText.trim(argument).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Stops listening and ends what blocks; completes once the last connection is gone or the time is up. */
    CompletableFuture<@Nullable Void> drain() {
        stopListening();
        runIfAlive(() -> {
            if (draining) {
                return;
            }
            draining = true;
            connections.cancelBlocked();
            endTurn();
            completeIfDrained();
            if (settings.shutdownTimeoutNanos() > 0) {
                thread.loop().schedule(() -> closeAll(false), settings.shutdownTimeoutNanos(), TimeUnit.NANOSECONDS);
            }
        });
        return drained;
    }

    private void completeIfDrained() {
        if (draining && connections.count() == 0) {
            drained.complete(null);
        }
    }

    /** Closes all sockets, by FIN or RST, without handing anything on, and ends the event loop. */
    void stop(boolean reset) {
        stopListening();
        runIfAlive(() -> closeAll(reset));
        thread.terminate();
    }

    private void closeAll(boolean reset) {
        stopping = true;
        connections.close(reset);
        acceptor.closeAccepted();
        drained.complete(null);
    }

    /** Closes the listening socket and waits until it is closed. Not from the event loop. */
    void stopListening() {
        runIfAlive(acceptor::stopListening);
        thread.awaitSelect();
    }

    /** Listens on the same port again, unless the server is going down. */
    void listenAgain() {
        if (!draining && !stopping) {
            acceptor.listenAgain(port);
        }
    }

    void stallAll(InjectedFault fault) {
        acceptor.pause(true);
        stallsOfAll.add(fault);
        fault.whenRemoved(() -> {
            stallsOfAll.remove(fault);
            acceptor.pause(!stallsOfAll.isEmpty());
        });
        List.copyOf(connections.all()).forEach(c -> stall(c.id, fault));
    }

    void stall(long connectionId, InjectedFault fault) {
        connection(connectionId).ifPresent(connection -> {
            fault.hit();
            connection.stall();
            fault.whenRemoved(connection::unstall);
        });
    }

    Optional<Connection> connection(long id) {
        return connections.find(id);
    }

    void advanceLeaseClock(Duration time) {
        runTurn(() -> {
            clock.advance(time.toNanos());
            table.sweep();
            table.collectGarbage();
        });
    }

    ServerView view() {
        return call(() -> new ViewBuilder(table, signals, requestLog, connections.all()).build());
    }

    /** Runs a task on the event loop, ends the turn, and waits for it. */
    void runTurn(Runnable task) {
        run(() -> {
            task.run();
            endTurn();
        });
    }

    /** Runs a task on the event loop and waits for it. */
    void run(Runnable task) {
        call(() -> {
            task.run();
            return Boolean.TRUE;
        });
    }

    /** As {@link #run}, but does nothing if the event loop has ended. */
    void runIfAlive(Runnable task) {
        try {
            run(task);
        } catch (RejectedExecutionException e) {
            // The run is over, and with it whatever the task would have changed.
        }
    }

    /** Runs a task on the event loop and returns its result. */
    <T> T call(Callable<T> task) {
        return thread.call(task);
    }

    Settings settings() {
        return settings;
    }

    LockTable table() {
        return table;
    }

    Signals signals() {
        return signals;
    }

    Commands commands() {
        return commands;
    }

    RequestLog requestLog() {
        return requestLog;
    }

    FaultRules faults() {
        return faults;
    }

    FaultPlayer faultPlayer() {
        return faultPlayer;
    }

    /** An area for {@link LineReader}; holds nothing between calls. */
    byte[] scratch() {
        return scratch;
    }

    boolean draining() {
        return draining;
    }

    boolean stopping() {
        return stopping;
    }
}
