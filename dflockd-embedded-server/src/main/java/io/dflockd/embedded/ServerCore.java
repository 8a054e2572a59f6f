package io.dflockd.embedded;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a server, from the start to the stop: the event loop, and everything that is confined to it. A restart
 * makes a new one, which is how all state is forgotten.
 *
 * <p>Concurrency: a single event loop thread owns all state, here and in the types that say so. Other threads come in
 * through {@link #call} and {@link #run} only.
 */
final class ServerCore {

    private static final Logger log = LoggerFactory.getLogger(ServerCore.class);
    static final long LONGEST_TIMER_NANOS = TimeUnit.DAYS.toNanos(36_500);
    private static final int BACKLOG = 4096;
    private static final AtomicInteger THREADS = new AtomicInteger();

    private final Settings settings;
    private final IoEventLoop loop;
    private final LeaseClock clock;
    private final LockTable table;
    private final Signals signals = new Signals();
    private final Commands commands;
    private final StatsJson stats;
    private final RequestLog requestLog;
    private final FaultRules faults = new FaultRules();
    private final FaultPlayer faultPlayer = new FaultPlayer(this);
    private final Map<Long, Connection> connections = new LinkedHashMap<>();
    /** Sockets that are still open, which may be longer than their connection counts. */
    private final Set<Channel> channels = new HashSet<>();

    private final byte[] scratch = new byte[LineReader.MAX_LINE + 1];
    private final Deque<Connection> turns = new ArrayDeque<>();
    private final List<InjectedFault> stallsOfAll = new ArrayList<>();
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private @Nullable Channel listener;
    private InetSocketAddress address = InetSocketAddress.createUnresolved("localhost", 0);
    private long connectionSequence;
    private boolean draining;
    private boolean stopping;

    ServerCore(Settings settings) {
        this.settings = settings;
        this.clock = new LeaseClock(settings.virtualLeaseTime());
        this.table = new LockTable(settings, clock);
        this.stats = new StatsJson(table, signals, settings.generation());
        this.requestLog = new RequestLog(settings.requestLogSize());
        this.commands = new Commands(this);
        this.loop = new SingleThreadIoEventLoop(null, ServerCore::newThread, NioIoHandler.newFactory());
    }

    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "dflockd-embedded-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** Listens and starts the background loops; returns the address. */
    InetSocketAddress start(int port) throws IOException {
        try {
            address = listen(port);
        } catch (IOException | RuntimeException e) {
            terminate();
            throw e;
        }
        every(settings.leaseSweepIntervalNanos(), table::sweep);
        every(settings.gcIntervalNanos(), table::collectGarbage);
        return address;
    }

    private void every(long nanos, Runnable task) {
        Future<?> ignored = loop.scheduleAtFixedRate(
                () -> {
                    task.run();
                    endTurn();
                },
                nanos,
                nanos,
                TimeUnit.NANOSECONDS);
    }

    private InetSocketAddress listen(int port) throws IOException {
        ChannelFuture bound = call(() -> bind(port)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + settings.host() + ":" + port, bound.cause());
        }
        return (InetSocketAddress) bound.channel().localAddress();
    }

    private ChannelFuture bind(int port) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel);
                    }
                });
        ChannelFuture bind = bootstrap.bind(settings.host(), port);
        listener = bind.channel();
        return bind;
    }

    private void accept(SocketChannel channel) {
        boolean full = settings.maxConnections() > 0 && connections.size() >= settings.maxConnections();
        if (stopping || full || faults.matchAccept()) {
            channel.close();
            return;
        }
        channels.add(channel);
        channel.closeFuture().addListener(f -> channels.remove(channel));
        Connection connection = new Connection(this, ++connectionSequence, channel);
        connections.put(connection.id, connection);
        if (settings.tls() != null) {
            channel.pipeline().addLast(settings.tls().newHandler(channel.alloc()));
        }
        channel.pipeline().addLast(connection);
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
        connections.remove(connection.id);
        if (draining && connections.isEmpty()) {
            drained.complete(null);
        }
    }

    String statsLine(int padding) {
        return "ok " + stats.write(connections.size(), padding) + "\n";
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
        run(() -> {
            if (draining) {
                return;
            }
            draining = true;
            List.copyOf(connections.values()).forEach(Connection::cancelBlocked);
            endTurn();
            if (connections.isEmpty()) {
                drained.complete(null);
            }
            loop.schedule(() -> closeAll(false), settings.shutdownTimeoutNanos(), TimeUnit.NANOSECONDS);
        });
        return drained;
    }

    /** Closes all sockets, by FIN or RST, without handing anything on, and ends the event loop. */
    void stop(boolean reset) {
        stopListening();
        runIfAlive(() -> closeAll(reset));
        terminate();
    }

    private void closeAll(boolean reset) {
        stopping = true;
        for (Connection connection : List.copyOf(connections.values())) {
            if (reset) {
                connection.reset();
            } else {
                connection.close();
            }
        }
        List.copyOf(channels).forEach(Channel::close);
        drained.complete(null);
    }

    private void terminate() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        boolean interrupted = false;
        try {
            while (!loop.isTerminated()) {
                try {
                    loop.awaitTermination(1, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Closes the listening socket and waits until it is closed. Not from the event loop. */
    void stopListening() {
        runIfAlive(() -> {
            Channel open = listener;
            listener = null;
            if (open != null) {
                open.close();
            }
        });
        try {
            // A closed socket listens on until the selector has been asked again, which happens before a timer fires.
            loop.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).awaitUninterruptibly();
        } catch (RejectedExecutionException e) {
            // The event loop has ended and taken the socket along.
        }
    }

    /** Listens on the same port again; has done so once the next task of the event loop runs. */
    void listenAgain() {
        if (listener == null && !draining && !stopping) {
            bind(address.getPort()).addListener(f -> {
                if (!f.isSuccess()) {
                    log.error("cannot listen on port {} again", address.getPort(), f.cause());
                }
            });
        }
    }

    void stallAll(InjectedFault fault) {
        setAccepting(false);
        stallsOfAll.add(fault);
        fault.whenRemoved(() -> {
            stallsOfAll.remove(fault);
            setAccepting(stallsOfAll.isEmpty());
        });
        List.copyOf(connections.keySet()).forEach(id -> stall(id, fault));
    }

    private void setAccepting(boolean accepting) {
        if (listener != null) {
            listener.config().setAutoRead(accepting);
        }
    }

    void stall(long connectionId, InjectedFault fault) {
        connection(connectionId).ifPresent(connection -> {
            fault.hit();
            connection.stall();
            fault.whenRemoved(connection::unstall);
        });
    }

    Optional<Connection> connection(long id) {
        return Optional.ofNullable(connections.get(id));
    }

    void advanceLeaseClock(Duration time) {
        runTurn(() -> {
            clock.advance(time.toNanos());
            table.sweep();
            table.collectGarbage();
        });
    }

    ServerView view() {
        return call(() -> new ViewBuilder(table, signals, requestLog, connections.values()).build());
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
        try {
            return loop.inEventLoop() ? task.call() : loop.submit(task).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (RejectedExecutionException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
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
