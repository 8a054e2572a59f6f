package io.dflockd.embedded;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The latest requests of all connections, and how often each command came. Confined to the event loop. */
final class RequestLog {

    private static final String UNKNOWN = "(unknown)";

    private final int size;
    private final Deque<Request> requests = new ArrayDeque<>();
    private final Map<String, long[]> counts = new HashMap<>();
    private final long[] unknown = new long[1];

    RequestLog(int size) {
        this.size = size;
        // Only known commands have a counter of their own: others come without number.
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

    List<RequestView> requests() {
        List<RequestView> views = new ArrayList<>(requests.size());
        for (Request request : requests) {
            boolean secret = request.command().equals("auth");
            views.add(new RequestView(
                    request.connectionId(),
                    WireText.toJava(request.command()),
                    WireText.toJava(request.key()),
                    secret ? RequestView.REDACTED : WireText.toJava(request.argument())));
        }
        return views;
    }

    Map<String, Long> counts() {
        Map<String, Long> copy = new HashMap<>();
        counts.forEach((command, count) -> copy.put(command, count[0]));
        return copy;
    }
}
