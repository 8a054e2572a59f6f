package io.dflockd.client.testserver;

import io.dflockd.client.ServerStats;
import io.dflockd.client.internal.stats.StatsReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Asks a process directly, on a connection of its own for each question. */
final class StatsMonitor {

    private final int port;

    private final TestServerSettings settings;

    StatsMonitor(int port, TestServerSettings settings) {
        this.port = port;
        this.settings = settings;
    }

    ServerStats stats() {
        String answer = ask("stats", "_", "_");
        if (!answer.startsWith("ok {")) {
            throw new IllegalStateException("stats answered " + answer);
        }
        return StatsReader.read(answer.substring(3));
    }

    /** The answer to one request. A server that is full has room again in a moment. */
    String ask(String command, String key, String argument) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                return askOnce(command, key, argument);
            } catch (IOException ex) {
                if (System.nanoTime() - deadline >= 0) {
                    throw new UncheckedIOException(ex);
                }
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private String askOnce(String command, String key, String argument) throws IOException {
        try (Socket socket = open()) {
            socket.setSoTimeout(20_000);
            InputStream in = socket.getInputStream();
            String token = settings.authToken();
            if (token != null) {
                send(socket, "auth", "_", token);
                line(in);
            }
            send(socket, command, key, argument);
            return line(in);
        }
    }

    private Socket open() throws IOException {
        if (settings.tls().isEmpty()) {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        }
        return settings.tls().get().client().getSocketFactory().createSocket("127.0.0.1", port);
    }

    private static void send(Socket socket, String... lines) throws IOException {
        socket.getOutputStream().write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 * 1024];
        int length;
        while ((length = in.read(buffer)) > 0) {
            line.write(buffer, 0, length);
            if (buffer[length - 1] == '\n') {
                return line.toString(StandardCharsets.UTF_8).stripTrailing();
            }
        }
        throw new IOException("the server closed the connection of the monitor");
    }
}
