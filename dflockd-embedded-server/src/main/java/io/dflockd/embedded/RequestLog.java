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

    private record Entry(long connectionId, Request request) {}

    private final int size;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Map<String, long[]> counts = new HashMap<>();

    RequestLog(int size) {
        this.size = size;
    }

    void add(long connectionId, Request request) {
        String command = Commands.KNOWN.contains(request.command()) ? request.command() : UNKNOWN;
        counts.computeIfAbsent(command, c -> new long[1])[0]++;
        if (size > 0) {
            if (entries.size() == size) {
                entries.removeFirst();
            }
            entries.addLast(new Entry(connectionId, request));
        }
    }

    List<RequestView> requests() {
        List<RequestView> views = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            Request request = entry.request();
            boolean secret = request.command().equals("auth");
            views.add(new RequestView(
                    entry.connectionId(),
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
