package io.dflockd.client.testserver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The command of {@code -Ddflockd.test.server-command}, such as {@code dflockd --host 127.0.0.1 --port {port} {flags}}.
 * Words are separated by spaces; quotes, single or double, hold a word together.
 */
final class ServerCommand {

    private static final String COMMAND = System.getProperty("dflockd.test.server-command", "");

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    private static final long START_SECONDS = 30;

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private ServerCommand() {}

    static boolean isGiven() {
        return !COMMAND.isBlank();
    }

    /** The words of the command for a server with this port and these flags. */
    static List<String> words(String command, int port, List<String> flags) {
        if (!command.contains("{port}") || !command.contains("{flags}")) {
            throw new IllegalArgumentException(
                    "dflockd.test.server-command must contain {port} and {flags}: " + command);
        }
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(command);
        while (matcher.find()) {
            String word = matcher.group(1) != null
                    ? matcher.group(1)
                    : matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
            if (word.equals("{flags}")) {
                words.addAll(flags);
            } else {
                words.add(word.replace("{port}", Integer.toString(port)));
            }
        }
        return words;
    }

    /** Starts a process and waits until it accepts connections. */
    static Process start(int port, List<String> flags) throws IOException {
        Path log = Files.createTempFile("dflockd-test-server", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(words(COMMAND, port, flags))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            // Variables of the shell must not change what a test asks for.
            builder.environment().keySet().removeIf(name -> name.startsWith("DFLOCKD_"));
            Process process = builder.start();
            RUNNING.add(process);
            process.onExit().thenAccept(RUNNING::remove);
            try {
                awaitConnect(process, port, log);
            } catch (IOException ex) {
                process.destroyForcibly();
                throw ex;
            }
            return process;
        } finally {
            // The process goes on writing to it; its name is gone.
            Files.deleteIfExists(log);
        }
    }

    private static void awaitConnect(Process process, int port, Path log) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                if (process.isAlive()) {
                    return;
                }
            } catch (IOException ex) {
                // Not yet.
            }
            if (!process.isAlive() || System.nanoTime() - deadline >= 0) {
                throw new IOException("'" + COMMAND + "' does not accept connections on port " + port + ": "
                        + Files.readString(log, StandardCharsets.UTF_8));
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Sends a signal, such as {@code TERM}. */
    static void signal(Process process, String name) {
        try {
            int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (status != 0 && process.isAlive()) {
                throw new IllegalStateException("kill -" + name + " returned " + status);
            }
        } catch (IOException ex) {
            throw new IllegalStateException(ex);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        }
    }

    static void end(Process process) {
        process.destroyForcibly();
        boolean interrupted = Thread.interrupted();
        try {
            process.waitFor(20, TimeUnit.SECONDS);
        } catch (InterruptedException ex) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
