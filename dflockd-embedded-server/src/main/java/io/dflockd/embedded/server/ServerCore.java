package io.dflockd.embedded.server;

import io.dflockd.embedded.table.FenceCounter;
import io.dflockd.embedded.table.LockTable;
import io.dflockd.embedded.table.SignalTable;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of a server, from the start to the stop. A restart creates a new one, so all state is forgotten.
 *
 * <p>A single event loop thread owns all state. {@link #start}, {@link #drain}, {@link #stop}, {@link #stopListening},
 * {@link #run}, {@link #runIfAlive} and {@link #call} are for other threads; everything else is confined to the event
 * loop.
 */
public final class ServerCore {

    private final ServerSettings settings;
    private final LoopThread thread;
    private final FenceCounter fences;
    private final Acceptor acceptor;
    private final LockTable table;
    private final SignalTable signals = new SignalTable();
    private final Commands commands;
    private final StatsJson stats;
    private final RequestLog requestLog;
    private final FaultRules faults = new FaultRules();
    private final Connections connections = new Connections();
    private final List<ActiveFault> stalls = new ArrayList<>();
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private int port;
    private boolean draining;
    private boolean stopping;

    /**
     * Creates a run that does not listen yet.
     *
     * @throws IOException if the fence state file cannot be used; the message names it
     */
    public ServerCore(ServerSettings settings) throws IOException {
        this.settings = settings;
        this.fences = settings.openFences();
        this.thread = new LoopThread();
        this.acceptor = new Acceptor(thread.loop(), settings.host(), this::accept);
        this.table = new LockTable(settings.lockRules(), fences);
        this.stats = new StatsJson(table, signals, settings.dialect());
        this.requestLog = new RequestLog(settings.requestLogSize());
        this.commands = new Commands(this);
    }

    /** Listens and starts the background tasks; returns the port. */
    public int start(int wantedPort) throws IOException {
        ChannelFuture bound = call(() -> acceptor.listen(wantedPort)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            thread.terminate();
            fences.close();
            throw new IOException(
                    "cannot listen on " + settings.address(wantedPort) + ": " + reason(bound.cause()), bound.cause());
        }
        int actualPort = ((InetSocketAddress) bound.channel().localAddress()).getPort();
        run(() -> port = actualPort);
        every(settings.leaseSweepIntervalNanos(), table::sweep);
        every(settings.gcIntervalNanos(), table::collectGarbage);
        return actualPort;
    }

    private static String reason(Throwable cause) {
        boolean unresolved = cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException;
        return unresolved ? "the host name cannot be resolved" : String.valueOf(cause.getMessage());
    }

    private void every(long nanos, Runnable task) {
        thread.loop().scheduleAtFixedRate(task, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    private void accept(SocketChannel channel) {
        if (stopping || isFull(channel) || faults.matchAccept()) {
            channel.close();
            return;
        }
        ServerConnection connection = connections.add(id -> new ServerConnection(this, id, channel));
        if (settings.tls() != null) {
            SslHandler tls = settings.tls().newHandler(channel.alloc());
            // The read timeout ends a handshake that does not come.
            tls.setHandshakeTimeoutMillis(0);
            channel.pipeline().addLast(tls);
        }
        channel.pipeline().addLast(new ConnectionHandler(connection));
        stalls.forEach(connection::stallUntilRemoved);
    }

    private boolean isFull(SocketChannel channel) {
        int max = settings.maxConnections();
        int maxPerAddress = settings.maxConnectionsPerAddress();
        return (max > 0 && connections.count() >= max)
                || (maxPerAddress > 0 && connections.countFrom(channel.remoteAddress()) >= maxPerAddress);
    }

    void remove(ServerConnection connection) {
        connections.remove(connection);
        completeIfDrained();
    }

    /** The answer to {@code stats}, with {@code padding} bytes of invented idle locks. */
    String statsLine(int padding) {
        return WireText.ofJava("ok " + stats.write(connections.count(), padding) + "\n");
    }

    /** Stops listening and ends requests that block; completes when the last connection is gone or the time is up. */
    public CompletableFuture<@Nullable Void> drain() {
        stopListening();
        runIfAlive(() -> {
            if (draining) {
                return;
            }
            draining = true;
            connections.cancelBlocked();
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
    public void stop(boolean reset) {
        stopListening();
        runIfAlive(() -> closeAll(reset));
        thread.terminate();
        fences.close();
    }

    private void closeAll(boolean reset) {
        stopping = true;
        connections.close(reset);
        acceptor.closeAccepted();
        drained.complete(null);
    }

    /** Closes the listening socket and waits until it is closed. */
    public void stopListening() {
        runIfAlive(acceptor::stopListening);
        thread.awaitSelect();
    }

    /** Listens on the same port again, unless the server is about to stop. */
    public void listenAgain() {
        if (!draining && !stopping) {
            acceptor.listenAgain(port);
        }
    }

    /** Neither accepts nor reads nor writes until the fault is removed. */
    public void stall(ActiveFault fault) {
        acceptor.pause(true);
        stalls.add(fault);
        fault.whenRemoved(() -> {
            stalls.remove(fault);
            acceptor.pause(!stalls.isEmpty());
        });
        List.copyOf(connections.all()).forEach(connection -> connection.stallUntilRemoved(fault));
    }

    /** Grants nothing until the fault is removed. */
    public void failGrants(ActiveFault fault) {
        Runnable obstacle = fault::hit;
        fences.obstruct(obstacle);
        fault.whenRemoved(() -> fences.remove(obstacle));
    }

    /** Runs a task on the event loop; waits for it, and for the tasks that it adds to the event loop. */
    public void run(Runnable task) {
        call(Executors.callable(task));
        call(() -> Boolean.TRUE);
    }

    /** As {@link #run}, but does nothing if the event loop has ended. */
    public void runIfAlive(Runnable task) {
        try {
            run(task);
        } catch (RejectedExecutionException e) {
            // The run is over, and so is everything that the task would have changed.
        }
    }

    /** Runs a task on the event loop and returns its result. */
    public <T> T call(Callable<T> task) {
        return thread.call(task);
    }

    public LockTable table() {
        return table;
    }

    public SignalTable signals() {
        return signals;
    }

    public RequestLog requestLog() {
        return requestLog;
    }

    public Connections connections() {
        return connections;
    }

    public FaultRules faults() {
        return faults;
    }

    ServerSettings settings() {
        return settings;
    }

    Commands commands() {
        return commands;
    }

    boolean draining() {
        return draining;
    }

    boolean stopping() {
        return stopping;
    }
}
