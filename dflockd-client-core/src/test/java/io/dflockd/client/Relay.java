package io.dflockd.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP relay before a server, whose path can go silent (nothing passes either way, all sockets stay open), be cut, be reset
 * towards one side only, or be slow. New connections are accepted while it is silent, as by a kernel whose process hangs.
 */
final class Relay implements Closeable {

    private final ServerSocket listening;

    private final String host;

    private final int port;

    private final List<Link> links = new CopyOnWriteArrayList<>();

    private final AtomicInteger accepted = new AtomicInteger();

    private volatile boolean silent;

    /** Those of the connections that there were when {@link #silenceOpen()} was called. */
    private final Set<Socket> silenced = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    private volatile long delayNanos;

    /** The two connections of which one seems to be made. */
    private record Link(Socket client, Socket server) {

        List<Socket> sockets() {
            return List.of(client, server);
        }
    }

    private Relay(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        start("relay-accept", this::accept);
    }

    static Relay to(String address) {
        ServerAddress server = ServerAddress.parse(address);
        try {
            return new Relay(server.host(), server.port());
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** Stops forwarding, both ways. */
    void silence() {
        silent = true;
    }

    /** Stops forwarding on the connections that there are; new ones work. All sockets stay open. */
    void silenceOpen() {
        links.forEach(link -> silenced.addAll(link.sockets()));
    }

    /** Resets the connections that there are towards the server. Their clients do not notice: their ends stay open and silent. */
    void resetTowardsServer() {
        silenceOpen();
        links.forEach(link -> reset(link.server()));
    }

    /** Resets the connections that there are towards their clients. The server does not notice. */
    void resetTowardsClient() {
        silenceOpen();
        links.forEach(link -> reset(link.client()));
    }

    private static void reset(Socket socket) {
        try {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Forwards again, what was held back first. */
    void resume() {
        silent = false;
        silenced.clear();
    }

    /** Holds back each piece of data for so long, each way. */
    void slow(Duration delay) {
        delayNanos = delay.toNanos();
    }

    /** Ends all connections that there are. */
    void cut() {
        links.forEach(link -> link.sockets().forEach(Relay::closeQuietly));
        links.clear();
    }

    /** How many connections were accepted so far. */
    int accepted() {
        return accepted.get();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listening.accept();
                accepted.incrementAndGet();
                join(client);
            } catch (IOException ex) {
                if (closed) {
                    return;
                }
            }
        }
    }

    private void join(Socket client) throws IOException {
        try {
            Socket server = new Socket(host, port);
            links.add(new Link(client, server));
            if (closed) {
                cut();
            }
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            start("relay-up", () -> pump(client, server));
            start("relay-down", () -> pump(server, client));
        } catch (IOException ex) {
            client.close();
            throw ex;
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int length;
            while ((length = in.read(buffer)) >= 0) {
                holdBack(from);
                out.write(buffer, 0, length);
                out.flush();
            }
            holdBack(from);
        } catch (IOException ex) {
            // Either side has gone; the other has to hear of it, unless the path is silent.
            holdBack(from);
        } finally {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private void holdBack(Socket from) {
        if (delayNanos > 0) {
            LockSupport.parkNanos(delayNanos);
        }
        while ((silent || silenced.contains(from)) && !closed) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public void close() {
        closed = true;
        closeQuietly(listening);
        cut();
    }
}
