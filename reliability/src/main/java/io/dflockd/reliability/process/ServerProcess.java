package io.dflockd.reliability.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A server as a process of its own, on a port of the loopback address that it keeps over restarts. */
public final class ServerProcess implements AutoCloseable {

    private static final long START_SECONDS = 30;

    private static final int ATTEMPTS = 3;

    /**
     * Below the ports that systems give to connections. A connection to a server that is down may get the port of that server for
     * itself otherwise, and connect to itself.
     */
    private static final int LOWEST_PORT = 20_000;

    private static final int HIGHEST_PORT = 32_000;

    private final List<String> command;

    private final Path log;

    private final int port;

    private Process process;

    /** Starts it. In each word of the command, {@code {port}} and {@code {name}} are replaced. */
    public ServerProcess(String name, List<String> command, Path folder) throws IOException, InterruptedException {
        this.log = folder.resolve(name + ".log");
        this.port = freePort();
        this.command = command.stream()
                .map(word -> word.replace("{port}", Integer.toString(port))
                        .replace("{name}", folder.resolve(name).toString()))
                .toList();
        this.process = launch();
    }

    private static int freePort() throws IOException {
        for (int attempt = 1; ; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException ex) {
                if (attempt == 100) {
                    throw ex;
                }
            }
        }
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Kills it and starts it again. It has forgotten its locks then. */
    public void restart() throws IOException, InterruptedException {
        Processes.kill(process);
        process = launch();
    }

    /** Sends a signal such as {@code STOP}. */
    public void signal(String signal) throws IOException, InterruptedException {
        Processes.signal(process, signal);
    }

    private Process launch() throws IOException, InterruptedException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Process started = Processes.start(command, log);
            if (listens(started)) {
                return started;
            }
            Processes.kill(started);
        }
        throw new IOException("the server does not listen on port " + port + "; its log is " + log + ", its command "
                + String.join(" ", command));
    }

    private boolean listens(Process started) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return true;
            } catch (IOException ex) {
                if (started.waitFor(20, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
        }
        return false;
    }

    @Override
    public void close() {
        Processes.kill(process);
    }
}
