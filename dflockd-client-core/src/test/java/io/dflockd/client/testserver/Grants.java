package io.dflockd.client.testserver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tokens that a server has granted, as its answers say; it alone knows which leases have ended. */
final class Grants {

    /** A token, and the connection that it was granted on. */
    record Granted(String key, String token, long connectionId, boolean semaphore) {}

    private static final Set<String> ASK = Set.of("l", "sl", "e", "se", "w", "sw");

    private final Map<String, Granted> byToken = new LinkedHashMap<>();

    void answered(long connectionId, String command, String key, String argument, String line) {
        String[] words = line.split(" ");
        if (ASK.contains(command) && words.length >= 3 && (words[0].equals("ok") || words[0].equals("acquired"))) {
            byToken.put(words[1], new Granted(key, words[1], connectionId, command.startsWith("s")));
        } else if (command.equals("r") || command.equals("sr")) {
            byToken.remove(argument.trim());
        } else if ((command.equals("n") || command.equals("sn")) && !words[0].equals("ok")) {
            byToken.remove(argument.trim().split(" ")[0]);
        }
    }

    /** The latest of the tokens that may be valid, the oldest first. */
    List<Granted> latest(String key, long count) {
        List<Granted> all = new ArrayList<>(of(key));
        return all.subList((int) Math.max(0, all.size() - count), all.size());
    }

    List<Granted> of(String key) {
        return byToken.values().stream()
                .filter(granted -> granted.key().equals(key))
                .toList();
    }
}
