package io.dflockd.benchmarks.server;

import io.dflockd.benchmarks.measure.Options;
import io.dflockd.client.ServerAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The servers under load: those of {@code --servers}, or one that is started in a process of its own and stopped at the
 * end, by {@code --server-command} or as one of the driver's own kinds ({@code --server}).
 */
public final class Server implements AutoCloseable {

    private final List<ServerAddress> addresses;

    private final String description;

    private final @Nullable ServerProcess process;

    private final boolean counting;

    private Server(
            List<ServerAddress> addresses, String description, @Nullable ServerProcess process, boolean counting) {
        this.addresses = addresses;
        this.description = description;
        this.process = process;
        this.counting = counting;
    }

    /**
     * Takes the servers of the options, or starts one. One of the driver's own has room for a number of locks; a server
     * of {@code --server-command} gets the room that its command gives it.
     */
    public static Server of(Options options, int maxLocks) throws IOException {
        String outside = options.textOrNull("servers");
        String command = options.textOrNull("server-command");
        String kind = options.textOrNull("server");
        if (Stream.of(outside, command, kind).filter(Objects::nonNull).count() > 1) {
            throw new IllegalArgumentException("give one of --servers, --server-command and --server, not several");
        }
        if (outside != null) {
            List<ServerAddress> addresses = Arrays.stream(outside.split(",", -1))
                    .map(address -> ServerAddress.parse(address.trim()))
                    .toList();
            return new Server(addresses, addresses.toString(), null, false);
        }
        return command != null
                ? started(ServerProcess.start(words(command), false), command, false)
                : own(ServeCommand.Kind.of(kind == null ? "embedded" : kind), maxLocks, options.number("delay", 0));
    }

    private static List<String> words(String command) {
        if (!command.contains(ServerProcess.PORT)) {
            throw new IllegalArgumentException("--server-command '" + command + "' does not say where the port goes;"
                    + " write " + ServerProcess.PORT + " there, for example 'dflockd --port " + ServerProcess.PORT
                    + "'");
        }
        return List.of(command.trim().split("\\s+", -1));
    }

    private static Server own(ServeCommand.Kind kind, int maxLocks, int delayMicros) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                ServeCommand.class.getName(),
                "--server",
                kind.name(),
                "--port",
                ServerProcess.PORT,
                "--max-locks",
                Integer.toString(maxLocks),
                "--delay",
                Integer.toString(delayMicros),
                "--orders");
        return started(ServerProcess.start(command, true), kind.description(), true);
    }

    private static Server started(ServerProcess process, String description, boolean counting) {
        return new Server(List.of(process.address()), description, process, counting);
    }

    /** Their addresses. */
    public List<ServerAddress> addresses() {
        return addresses;
    }

    /** A description for the output. */
    public String describe() {
        return description;
    }

    /** How often each command came so far; empty for servers that do not count: all but the driver's own. */
    public Map<String, Long> commandCounts() throws IOException {
        if (process == null || !counting) {
            return Map.of();
        }
        Map<String, Long> counts = new HashMap<>();
        for (String entry : process.order("counts").split(" ", -1)) {
            int at = entry.indexOf('=');
            if (at > 0) {
                counts.put(entry.substring(0, at), Long.valueOf(entry.substring(at + 1)));
            }
        }
        return counts;
    }

    /** The nanoseconds of processor time that it has taken so far, to about 10 ms; empty for servers outside. */
    public OptionalLong cpuNanos() {
        return process == null ? OptionalLong.empty() : process.cpuNanos();
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            process.close();
        }
    }
}
