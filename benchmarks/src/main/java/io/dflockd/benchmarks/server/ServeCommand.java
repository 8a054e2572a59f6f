package io.dflockd.benchmarks.server;

import io.dflockd.benchmarks.measure.Options;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * {@code serve}: one of the driver's own servers until the process ends, on the loopback address. The driver starts its
 * servers with {@code --orders}: such a server answers {@code counts} on its standard input with how often each command
 * came, and ends with that input, so that it never outlives the driver.
 */
public final class ServeCommand {

    /** The servers that need no installation. */
    enum Kind {
        /** The module dflockd-embedded-server. */
        EMBEDDED("embedded server"),
        /** {@link PlainServer}. */
        PLAIN("plain stand-in (a thread for each connection, a write for each answer)");

        private final String description;

        Kind(String description) {
            this.description = description;
        }

        static Kind of(String text) {
            try {
                return valueOf(text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException ex) {
                throw new IllegalArgumentException("--server is embedded or plain, not '" + text + "'", ex);
            }
        }

        String description() {
            return description + " in a process of its own";
        }
    }

    private ServeCommand() {}

    /** The entry of a process that the driver starts. */
    public static void main(String[] arguments) throws Exception {
        run(new Options(List.of(arguments)), System.out);
        System.exit(0);
    }

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        Kind kind = Kind.of(options.text("server", "embedded"));
        int port = options.number("port", 6388);
        int maxLocks = options.number("max-locks", 100_000);
        Duration delay = Duration.of(options.number("delay", 0), ChronoUnit.MICROS);
        boolean orders = options.isSet("orders");
        options.done();
        if (kind == Kind.PLAIN) {
            try (PlainServer server = new PlainServer(port, delay)) {
                serve(server::counts, orders, out);
            }
        } else {
            try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder()
                    .port(port)
                    .maxLocks(maxLocks)
                    .requestLogSize(0)
                    .build()
                    .start()) {
                serve(() -> server.view().commandCounts(), orders, out);
            }
        }
    }

    private static void serve(Supplier<Map<String, Long>> counts, boolean orders, PrintStream out)
            throws IOException, InterruptedException {
        if (!orders) {
            new CountDownLatch(1).await();
        }
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String order;
            while ((order = input.readLine()) != null) {
                if (order.equals("counts")) {
                    out.println(text(counts.get()));
                }
            }
        }
    }

    private static String text(Map<String, Long> counts) {
        return new TreeMap<>(counts)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(" "));
    }
}
