package io.dflockd.benchmarks.server;

import io.dflockd.benchmarks.measure.Options;
import io.dflockd.client.ServerAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The servers under load: those of {@code --servers}, else one that is started in a process of its own and stopped at the
 * end, of the kind of {@code --server}.
 */
public final class Server implements AutoCloseable {

    private final List<ServerAddress> addresses;

    private final @Nullable Child child;

    /** What is started where no server is given. */
    enum Kind {
        /** The module dflockd-embedded-server. */
        EMBEDDED("embedded server in a process of its own"),
        /** {@link PlainServer}. */
        PLAIN("plain stand-in, a thread for each connection and a write for each answer, in a process of its own");

        private final String description;

        Kind(String description) {
            this.description = description;
        }
    }

    private Server(List<ServerAddress> addresses, @Nullable Child child) {
        this.addresses = addresses;
        this.child = child;
    }

    /** Takes the servers of the options, or starts one that has room for as many locks. */
    public static Server of(Options options, int maxLocks) throws IOException {
        String given = options.textOrNull("servers");
        if (given == null) {
            Kind kind = Kind.valueOf(options.text("server", "embedded").toUpperCase(Locale.ROOT));
            Child started = Child.start(kind, maxLocks, options.number("delay", 0));
            return new Server(List.of(ServerAddress.parse(started.address)), started);
        }
        List<ServerAddress> parsed = new ArrayList<>();
        for (String address : given.split(",", -1)) {
            parsed.add(ServerAddress.parse(address.trim()));
        }
        return new Server(parsed, null);
    }

    /** Where they are. */
    public List<ServerAddress> addresses() {
        return addresses;
    }

    /** What they are, for people. */
    public String describe() {
        return child == null ? addresses.toString() : child.kind.description;
    }

    /** Whether it may know signals. */
    public boolean hasSignals() {
        return child == null || child.kind != Kind.PLAIN;
    }

    /** How often each command came so far; empty where the server is not ours and cannot be asked. */
    public Map<String, Long> commandCounts() throws IOException {
        return child == null ? Map.of() : child.counts();
    }

    @Override
    public void close() throws IOException {
        if (child != null) {
            child.close();
        }
    }

    private static final class Child {

        private final Kind kind;

        private final Process process;

        private final BufferedReader answers;

        private final Writer orders;

        private final String address;

        private Child(Kind kind, Process process, BufferedReader answers, Writer orders, String address) {
            this.kind = kind;
            this.process = process;
            this.answers = answers;
            this.orders = orders;
            this.address = address;
        }

        static Child start(Kind kind, int maxLocks, int delayMicros) throws IOException {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            Process process = new ProcessBuilder(
                            java,
                            "-Xmx512m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ServerMain.class.getName(),
                            kind.name(),
                            Integer.toString(maxLocks),
                            Integer.toString(delayMicros))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            Writer orders = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
            String address = answers.readLine();
            if (address == null) {
                throw new IOException("the embedded server did not start; see its output above");
            }
            return new Child(kind, process, answers, orders, address);
        }

        Map<String, Long> counts() throws IOException {
            orders.write("counts\n");
            orders.flush();
            String line = answers.readLine();
            if (line == null) {
                throw new IOException("the embedded server has ended");
            }
            Map<String, Long> counts = new HashMap<>();
            for (String entry : line.split(" ", -1)) {
                int at = entry.indexOf('=');
                if (at > 0) {
                    counts.put(entry.substring(0, at), Long.valueOf(entry.substring(at + 1)));
                }
            }
            return counts;
        }

        void close() throws IOException {
            orders.close();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException ex) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
