package io.dflockd.benchmarks.server;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in that moves bytes as the real server does: each connection is served by its own thread of control, one request
 * after the other, with a write for each answer. It knows {@code l}, {@code r} and {@code n}, in the order of arrival;
 * leases do not run out and the end of a connection frees nothing. So that no figure depends on the embedded server's
 * single loop, which gathers the answers to many requests in one write.
 */
final class PlainServer implements AutoCloseable {

    private static final String REST_OF_GRANT = " 33 ";

    private final ServerSocket listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());

    private final ReentrantLock lock = new ReentrantLock();

    private final Map<String, Entry> entries = new HashMap<>();

    private final Map<String, Long> counts = new HashMap<>();

    private final AtomicLong fences = new AtomicLong();

    private static final class Entry {

        @Nullable
        String token;

        final ArrayDeque<Waiter> queue = new ArrayDeque<>();
    }

    private static final class Waiter {

        final Condition granted;

        @Nullable
        String token;

        Waiter(Condition granted) {
            this.granted = granted;
        }
    }

    private final long delayNanos;

    /** Listens; each answer is held back for a time, as a network does to who asks one thing at a time. */
    PlainServer(long delayNanos) throws IOException {
        this.delayNanos = delayNanos;
        daemon(this::accept, "accept");
    }

    String address() {
        return listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort();
    }

    Map<String, Long> counts() {
        lock.lock();
        try {
            return new HashMap<>(counts);
        } finally {
            lock.unlock();
        }
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                daemon(() -> serve(socket), "connection");
            }
        } catch (IOException ex) {
            // The listener was closed: that is the end.
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 4096);
            OutputStream out = socket.getOutputStream();
            byte[] line = new byte[512];
            while (true) {
                String command = line(in, line);
                String key = line(in, line);
                String argument = line(in, line);
                if (delayNanos > 0) {
                    LockSupport.parkNanos(delayNanos);
                }
                out.write((answer(command, key, argument) + "\n").getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException | InterruptedException ex) {
            // The peer has gone, as it may.
            return;
        }
    }

    private static String line(InputStream in, byte[] line) throws IOException {
        int size = 0;
        int next;
        while ((next = in.read()) != '\n') {
            if (next < 0) {
                throw new EOFException();
            }
            line[size++] = (byte) next;
        }
        return new String(line, 0, size, StandardCharsets.ISO_8859_1);
    }

    private String answer(String command, String key, String argument) throws InterruptedException {
        lock.lock();
        try {
            counts.merge(command, 1L, Long::sum);
            return switch (command) {
                case "l" -> acquire(key, Long.parseLong(argument.split(" ", 2)[0]));
                case "r" -> release(key, argument);
                case "n" -> "ok 33 " + fences.get();
                default -> "error";
            };
        } finally {
            lock.unlock();
        }
    }

    private String acquire(String key, long timeoutSeconds) throws InterruptedException {
        Entry entry = entries.computeIfAbsent(key, unused -> new Entry());
        long fence = fences.incrementAndGet();
        if (entry.token == null) {
            entry.token = token(fence);
            return "ok " + entry.token + REST_OF_GRANT + fence;
        }
        long left = TimeUnit.SECONDS.toNanos(timeoutSeconds);
        Waiter waiter = new Waiter(lock.newCondition());
        entry.queue.add(waiter);
        while (waiter.token == null && left > 0) {
            left = waiter.granted.awaitNanos(left);
        }
        if (waiter.token == null) {
            entry.queue.remove(waiter);
            return "timeout";
        }
        return "ok " + waiter.token + REST_OF_GRANT + fence;
    }

    private static String token(long number) {
        String digits = Long.toHexString(number);
        return "0".repeat(32 - digits.length()) + digits;
    }

    private String release(String key, String token) {
        Entry entry = entries.get(key);
        if (entry == null || !token.equals(entry.token)) {
            return "error";
        }
        Waiter next = entry.queue.poll();
        entry.token = next == null ? null : token(fences.incrementAndGet());
        if (next != null) {
            next.token = entry.token;
            next.granted.signal();
        }
        return "ok";
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
