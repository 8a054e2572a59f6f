package io.dflockd.benchmarks.server;

import io.dflockd.client.ServerAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** A server that a command has started on a free port of the loopback address. */
final class ServerProcess implements AutoCloseable {

    /** Stands in a command for the port. */
    static final String PORT = "{port}";

    private static final long START_SECONDS = 20;

    private static final long STOP_SECONDS = 10;

    private final Process process;

    private final ServerAddress address;

    private final BufferedReader answers;

    private final Writer orders;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.address = ServerAddress.parse("127.0.0.1:" + port);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.orders = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    }

    /**
     * Starts it and waits until it accepts connections.
     *
     * @param takesOrders whether it answers orders on its standard output; other output there is dropped
     */
    static ServerProcess start(List<String> command, boolean takesOrders) throws IOException {
        int port = freePort();
        List<String> words = command.stream()
                .map(word -> word.replace(PORT, Integer.toString(port)))
                .toList();
        Process process = new ProcessBuilder(words)
                .redirectOutput(takesOrders ? ProcessBuilder.Redirect.PIPE : ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        ServerProcess server = new ServerProcess(process, port);
        try {
            server.awaitAccepting(String.join(" ", words));
            return server;
        } catch (IOException ex) {
            server.close();
            throw ex;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void awaitAccepting(String command) throws IOException {
        long begin = System.nanoTime();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address.host(), address.port()), 1000);
                return;
            } catch (IOException ex) {
                if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(START_SECONDS)) {
                    throw new IOException(
                            "no connection to " + address + " within " + START_SECONDS + " s: " + command, ex);
                }
                if (ended()) {
                    throw new IOException(
                            "the server ended with status " + process.exitValue() + " at its start: " + command, ex);
                }
            }
        }
    }

    /** Waits a moment for the end. */
    private boolean ended() throws IOException {
        try {
            return process.waitFor(20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the server started", ex);
        }
    }

    ServerAddress address() {
        return address;
    }

    /** The processor time that it has taken so far; empty where the system does not tell. */
    OptionalLong cpuNanos() {
        return process.info().totalCpuDuration().stream()
                .mapToLong(Duration::toNanos)
                .findAny();
    }

    /** Writes a line to the standard input of the server; returns the line that it answers. */
    String order(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the server on " + address + " has ended");
        }
        return answer;
    }

    /** Asks it to end, and kills it when it does not. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException ex) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
