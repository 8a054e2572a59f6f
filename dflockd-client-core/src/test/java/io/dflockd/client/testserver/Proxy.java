package io.dflockd.client.testserver;

import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultContents;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.RequestView;
import io.dflockd.embedded.server.FaultSpec;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a process and sees all that its clients say to it. It can do to them what a network does, and answer in
 * the place of the server. One thread; the methods may be called by any other and have taken effect when they return.
 */
final class Proxy implements Closeable {

    private final SingleThreadIoEventLoop loop =
            new SingleThreadIoEventLoop(null, Proxy::newThread, NioIoHandler.newFactory());

    private final int port;

    private final int serverPort;

    /** Whether bytes are passed on without a look at them, because they are encrypted. */
    private final boolean opaque;

    private final Map<Long, ProxyConnection> connections = new LinkedHashMap<>();

    private final List<RequestView> requests = new ArrayList<>();

    private final Map<String, Long> counts = new HashMap<>();

    private final List<ProxyFault> faults = new ArrayList<>();

    private final List<ProxyFault> acceptFaults = new ArrayList<>();

    private final List<ProxyFault> otherFaults = new ArrayList<>();

    private final Grants grants = new Grants();

    private @Nullable ChannelFuture listening;

    private @Nullable ProxyFault stall;

    private long lastId;

    Proxy(int port, int serverPort, boolean opaque) throws IOException {
        this.port = port;
        this.serverPort = serverPort;
        this.opaque = opaque;
        ChannelFuture bound = call(this::listen).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IOException("cannot listen on port " + port, bound.cause());
        }
    }

    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "test-proxy");
        thread.setDaemon(true);
        return thread;
    }

    private ChannelFuture listen() {
        ChannelFuture bound = new ServerBootstrap()
                .group(loop, loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, false)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        accepted(client);
                    }
                })
                .bind("127.0.0.1", port);
        listening = bound;
        return bound;
    }

    private void accepted(SocketChannel client) {
        for (ProxyFault fault : acceptFaults) {
            if (fault.strikes(0, "", "")) {
                client.close();
                return;
            }
        }
        ProxyConnection connection = new ProxyConnection(this, ++lastId, client, opaque);
        connections.put(connection.id(), connection);
        connection.connect(loop, serverPort);
        if (stall != null) {
            connection.stall(stall);
        }
    }

    // For connections, on the thread.

    void ended(ProxyConnection connection) {
        connections.remove(connection.id());
    }

    void requested(RequestView request) {
        requests.add(request);
        counts.merge(request.command(), 1L, Long::sum);
    }

    @Nullable
    ProxyFault match(long id, String command, String key) {
        return faults.stream()
                .filter(fault -> fault.spec().kind() != FaultSpec.Kind.DROP_PUSHES)
                .filter(fault -> fault.strikes(id, command, key))
                .findFirst()
                .orElse(null);
    }

    boolean dropsPush(long id, String channel) {
        return faults.stream()
                .anyMatch(fault -> fault.spec().kind() == FaultSpec.Kind.DROP_PUSHES && fault.strikes(id, "", channel));
    }

    Grants grants() {
        return grants;
    }

    // For tests.

    TestFault inject(Fault fault, FaultTarget target) {
        return add(fault, target, (proxy, added) -> proxy.faults.add(added));
    }

    TestFault closeAfterAccept(int times) {
        return add(Fault.cut(), FaultTarget.next(times), (proxy, added) -> proxy.acceptFaults.add(added));
    }

    TestFault refuseConnections() {
        return add(Fault.cut(), FaultTarget.any(), (proxy, added) -> {
            proxy.stopListeningNow();
            added.whenRemoved(proxy::listen);
            proxy.otherFaults.add(added);
        });
    }

    TestFault stall() {
        return add(Fault.stall(), FaultTarget.any(), (proxy, added) -> {
            proxy.stall = added;
            proxy.connections.values().forEach(connection -> connection.stall(added));
            added.whenRemoved(() -> proxy.stall = null);
            proxy.otherFaults.add(added);
        });
    }

    TestFault stall(long id) {
        return add(Fault.stall(), FaultTarget.connection(id), (proxy, added) -> {
            ProxyConnection connection = proxy.connections.get(id);
            if (connection != null) {
                connection.stall(added);
            }
            proxy.otherFaults.add(added);
        });
    }

    private TestFault add(Fault fault, FaultTarget target, BiConsumer<Proxy, ProxyFault> activation) {
        ProxyFault added = new ProxyFault(this, FaultContents.of(fault), FaultContents.of(target));
        run(() -> activation.accept(this, added));
        return added;
    }

    void remove(ProxyFault fault) {
        run(() -> {
            if (faults.remove(fault) | acceptFaults.remove(fault) | otherFaults.remove(fault)) {
                fault.removed();
            }
        });
        awaitSelect();
    }

    void clear() {
        run(() -> {
            List<ProxyFault> all = new ArrayList<>(faults);
            all.addAll(acceptFaults);
            all.addAll(otherFaults);
            faults.clear();
            acceptFaults.clear();
            otherFaults.clear();
            all.forEach(ProxyFault::removed);
        });
        awaitSelect();
    }

    void with(long id, Consumer<ProxyConnection> action) {
        run(() -> {
            ProxyConnection connection = connections.get(id);
            if (connection != null) {
                action.accept(connection);
            }
        });
    }

    /** Refuses connections from now on. */
    void stopListening() {
        run(this::stopListeningNow);
        awaitSelect();
    }

    private void stopListeningNow() {
        if (listening != null) {
            listening.channel().close();
            listening = null;
        }
    }

    /** A closed socket leaves its port at the next select, and a new one has been bound before. */
    private void awaitSelect() {
        loop.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    /** Ends all connections. */
    void endAll(boolean reset) {
        run(() -> List.copyOf(connections.values()).forEach(reset ? ProxyConnection::reset : ProxyConnection::close));
        awaitSelect();
    }

    /** What the proxy has seen, read on its thread. */
    <T> T look(Look<T> look) {
        return call(() -> look.at(List.copyOf(connections.values()), requests, counts, grants));
    }

    interface Look<T> {

        T at(List<ProxyConnection> connections, List<RequestView> requests, Map<String, Long> counts, Grants grants);
    }

    private void run(Runnable action) {
        call(() -> {
            action.run();
            return true;
        });
    }

    private <T> T call(Callable<T> task) {
        boolean interrupted = Thread.interrupted();
        Future<T> done = loop.submit(task);
        try {
            while (true) {
                try {
                    return done.get();
                } catch (InterruptedException ex) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException ex) {
            throw new IllegalStateException(ex.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        stopListening();
        endAll(false);
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
}
