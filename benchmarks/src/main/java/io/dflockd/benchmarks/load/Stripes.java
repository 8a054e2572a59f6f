package io.dflockd.benchmarks.load;

import io.dflockd.client.ServerAddress;
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
     * knows, and shards its keys over them; that they are one server makes no difference to it. The names differ in the case
     * of their letters.
     */
    List<ServerAddress> namesOf(ServerAddress server) {
        int names = connections / loops;
        if (names == 1) {
            return List.of(server);
        }
        String host = server.host().equals("127.0.0.1") ? "localhost" : server.host();
        List<ServerAddress> all = IntStream.range(0, names)
                .mapToObj(number -> new ServerAddress(spelled(host, number), server.port()))
                .distinct()
                .toList();
        if (all.size() < names) {
            throw new IllegalArgumentException(
                    "several connections of a loop need a server with a host name, not " + host);
        }
        return all;
    }

    /** The bits of the number choose the letters that are capitals. */
    private static String spelled(String host, int number) {
        StringBuilder name = new StringBuilder(host);
        int bits = number;
        for (int i = 0; i < name.length() && bits > 0; i++) {
            char letter = name.charAt(i);
            if (letter >= 'a' && letter <= 'z') {
                if ((bits & 1) == 1) {
                    name.setCharAt(i, (char) (letter - 'a' + 'A'));
                }
                bits >>= 1;
            }
        }
        return name.toString();
    }
}
