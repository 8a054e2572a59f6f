package io.dflockd.benchmarks.load;

import io.dflockd.client.ServerAddress;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * Several session connections of one process to one server; a key always goes over the same one.
 *
 * @param connections how many in all
 * @param loops how many event loops share them, each as many
 */
public record Stripes(int connections, int loops) {

    /** One connection. */
    static final Stripes ONE = new Stripes(1, 1);

    /** Refuses numbers that do not divide. */
    public Stripes {
        if (loops < 1 || connections < loops || connections % loops != 0) {
            throw new IllegalArgumentException(
                    connections + " connections cannot be shared by " + loops + " loops: each loop gets as many");
        }
    }

    /** The keys of each loop. The hash is divided first: its remainder chooses the connection of the loop. */
    List<List<String>> keysOfLoops(int keys) {
        return keys(keys, connections / loops, loops);
    }

    /** The keys of each connection. */
    List<List<String>> keysOfConnections(int keys) {
        return keys(keys, 1, connections);
    }

    private static List<List<String>> keys(int keys, int divisor, int parts) {
        List<List<String>> all = new ArrayList<>();
        IntStream.range(0, parts).forEach(part -> all.add(new ArrayList<>()));
        for (int i = 0; i < keys; i++) {
            String key = Plan.key(i);
            CRC32 hash = new CRC32();
            hash.update(key.getBytes(StandardCharsets.UTF_8));
            all.get((int) (hash.getValue() / divisor % parts)).add(key);
        }
        return all;
    }

    /**
     * The server under as many names as a loop has connections. A client opens a session connection for each server that it
     * knows, and shards its keys over them; that they are one server makes no difference to it. The names are its IPv4 address
     * with zeros before the numbers.
     */
    List<ServerAddress> namesOf(ServerAddress server) {
        int names = connections / loops;
        if (names == 1) {
            return List.of(server);
        }
        List<String> spelled = spelled(server.host());
        if (spelled.size() < names) {
            throw new IllegalArgumentException(
                    "several connections of a loop need a server whose IPv4 address has numbers"
                            + " of less than three digits, such as 127.0.0.1, not " + server.host());
        }
        return spelled.subList(0, names).stream()
                .map(name -> new ServerAddress(name, server.port()))
                .toList();
    }

    private static List<String> spelled(String host) {
        List<String> all = List.of("");
        for (String number : address(host).split("\\.")) {
            List<String> longer = new ArrayList<>();
            for (String begun : all) {
                for (String zeros = ""; zeros.length() + number.length() <= 3; zeros += "0") {
                    longer.add(begun.isEmpty() ? zeros + number : begun + "." + zeros + number);
                }
            }
            all = longer;
        }
        return all;
    }

    private static String address(String host) {
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
