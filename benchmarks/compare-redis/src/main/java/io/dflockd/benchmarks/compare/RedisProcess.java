package io.dflockd.benchmarks.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A {@code redis-server} on a free port of the loopback address, without persistence, for the time of a comparison. */
final class RedisProcess implements AutoCloseable {

    private final Process process;

    private final int port;

    private RedisProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it. */
    static RedisProcess start() throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process process;
        try {
            process = new ProcessBuilder(
                            "redis-server",
                            "--bind",
                            "127.0.0.1",
                            "--port",
                            Integer.toString(port),
                            "--save",
                            "",
                            "--appendonly",
                            "no",
                            "--loglevel",
                            "warning")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException ex) {
            throw new IOException(
                    "the comparison needs redis-server on the path (Debian: apt-get install redis-server)", ex);
        }
        RedisProcess redis = new RedisProcess(process, port);
        for (int i = 0; i < 100; i++) {
            if (redis.answers()) {
                return redis;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        redis.close();
        throw new IOException("redis-server did not answer on port " + port + " within 5 s");
    }

    int port() {
        return port;
    }

    /** How many connections it has, the asking one not counted. */
    int connections() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("INFO clients\r\n".getBytes(StandardCharsets.UTF_8));
            String line;
            while ((line = in.readLine()) != null) {
                if (line.startsWith("connected_clients:")) {
                    return Integer.parseInt(line.substring("connected_clients:".length())) - 1;
                }
            }
            throw new IOException("redis-server did not answer with connected_clients");
        }
    }

    private boolean answers() {
        try {
            return connections() >= 0;
        } catch (IOException ex) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
