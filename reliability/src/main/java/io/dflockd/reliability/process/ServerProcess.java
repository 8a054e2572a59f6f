package io.dflockd.reliability.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server as a process of its own, on a port of the loopback address that it keeps over restarts. */
public final class ServerProcess implements AutoCloseable {

    private static final long START_SECONDS = 30;

    private final List<String> command;

    private final Path log;

    private final int port;

    private Process process;

    /** Starts it. The words {@code {port}} of the command are replaced. */
    public ServerProcess(List<String> command, Path log) throws IOException, InterruptedException {
        this.log = log;
        this.port = freePort();
        this.command = command.stream()
                .map(word -> word.replace("{port}", Integer.toString(port)))
                .toList();
        this.process = launch();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Kills it and starts it again. It has forgotten everything then. */
    public void restart() throws IOException, InterruptedException {
        Processes.kill(process);
        process = launch();
    }

    private Process launch() throws IOException, InterruptedException {
        Process started = Processes.start(command, log);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < deadline) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return started;
            } catch (IOException ex) {
                if (started.waitFor(20, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        }
        Processes.kill(started);
        throw new IOException("the server does not listen on port " + port + "; its log is " + log + ", its command "
                + String.join(" ", command));
    }

    @Override
    public void close() {
        Processes.kill(process);
    }
}
