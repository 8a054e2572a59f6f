package io.dflockd.benchmarks.server;

import io.dflockd.embedded.EmbeddedDflockdServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A server in a process of its own. Answers {@code counts} on its standard input with how often each command
 * came, and ends with that input, so that it never outlives the driver.
 */
final class ServerMain {

    private ServerMain() {}

    /**
     * Runs until the standard input ends; the arguments are the kind of server, the maximum number of locks, and the delay
     * of the plain one in microseconds.
     */
    public static void main(String[] arguments) throws IOException {
        if (Server.Kind.valueOf(arguments[0]) == Server.Kind.PLAIN) {
            try (PlainServer server = new PlainServer(TimeUnit.MICROSECONDS.toNanos(Long.parseLong(arguments[2])))) {
                serve(server.address(), server::counts);
            }
        } else {
            try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder()
                    .port(0)
                    .maxLocks(Integer.parseInt(arguments[1]))
                    .requestLogSize(0)
                    .build()
                    .start()) {
                serve(server.address(), () -> server.view().commandCounts());
            }
        }
        System.exit(0);
    }

    private static void serve(String address, Supplier<Map<String, Long>> counts) throws IOException {
        System.out.println(address);
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String order;
            while ((order = orders.readLine()) != null) {
                if (order.equals("counts")) {
                    System.out.println(text(counts.get()));
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
