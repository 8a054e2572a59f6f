package io.dflockd.benchmarks.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A stand-in that moves bytes as the real server does: a thread for each connection, one request after the other, a write
 * for each answer. It knows the requests of the driver: {@code l}, {@code r}, {@code n}, {@code stats}, {@code signal},
 * {@code listen} and {@code unlisten}. The end of a connection frees its locks; leases do not run out.
 *
 * <p>The embedded server has a single loop that gathers the answers to many requests in one write. With this stand-in no
 * figure depends on that loop alone.
 */
final class PlainServer implements AutoCloseable {

    private final ServerSocket listener;

    private final long delayNanos;

    private final PlainLocks locks = new PlainLocks();

    private final PlainSignals signals = new PlainSignals();

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    private final LongAdder connections = new LongAdder();

    /** Listens on the loopback address; holds back each answer for a time, as a network does. */
    PlainServer(int port, Duration delay) throws IOException {
        this.delayNanos = delay.toNanos();
        this.listener = new ServerSocket(port, 512, InetAddress.getLoopbackAddress());
        daemon(this::accept, "plain-accept");
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How often each command came. */
    Map<String, Long> counts() {
        Map<String, Long> copy = new HashMap<>();
        counts.forEach((command, count) -> copy.put(command, count.sum()));
        return copy;
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                daemon(() -> serve(new PlainConnection(socket)), "plain-connection");
            }
        } catch (IOException ex) {
            // The listener was closed.
            return;
        }
    }

    private void serve(PlainConnection connection) {
        connections.increment();
        try {
            connection.serve(delayNanos, (command, key, argument) -> answer(connection, command, key, argument));
        } finally {
            connections.decrement();
            signals.leave(connection);
            locks.release(connection);
        }
    }

    private String answer(PlainConnection connection, String command, String key, String argument)
            throws InterruptedException {
        counts.computeIfAbsent(command, unused -> new LongAdder()).increment();
        return switch (command) {
            case "l" -> locks.acquire(connection, key, argument);
            case "r" -> locks.release(key, argument);
            case "n" -> locks.renew(key, argument);
            case "stats" ->
                "ok {\"connections\":" + connections.sum() + ",\"locks\":[" + locks.stats()
                        + "],\"semaphores\":[],\"idle_locks\":[],\"idle_semaphores\":[]}";
            case "signal" -> signals.signal(key, argument);
            case "listen" -> signals.listen(connection, key, argument);
            case "unlisten" -> signals.unlisten(connection, key);
            default -> "error";
        };
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
