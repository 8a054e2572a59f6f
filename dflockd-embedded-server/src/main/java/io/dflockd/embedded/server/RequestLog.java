package io.dflockd.embedded.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The latest requests of all connections, and the number of requests per command. */
public final class RequestLog {

    private static final String UNKNOWN = "(unknown)";

    private final int size;
    private final Deque<Request> requests = new ArrayDeque<>();
    private final Map<String, long[]> counts = new HashMap<>();
    private final long[] unknown = new long[1];

    RequestLog(int size) {
        this.size = size;
        // Unknown commands share one counter, because there is no limit to their number.
        Commands.KNOWN.forEach(command -> counts.put(command, new long[1]));
        counts.put(UNKNOWN, unknown);
    }

    void add(Request request) {
        counts.getOrDefault(request.command(), unknown)[0]++;
        if (size > 0) {
            if (requests.size() == size) {
                requests.removeFirst();
            }
            requests.addLast(request);
        }
    }

    /** The latest requests, oldest first. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** The number of requests per command. */
    public Map<String, Long> counts() {
        Map<String, Long> copy = new HashMap<>();
        counts.forEach((command, count) -> copy.put(command, count[0]));
        return copy;
    }
}
