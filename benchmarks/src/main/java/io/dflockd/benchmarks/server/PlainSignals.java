package io.dflockd.benchmarks.server;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Listeners of the {@link PlainServer} by channel; it has no patterns and no groups. */
final class PlainSignals {

    private final Map<String, Set<PlainConnection>> channels = new ConcurrentHashMap<>();

    String listen(PlainConnection connection, String channel, String group) {
        if (channel.contains("*") || channel.contains(">") || !group.isBlank()) {
            return "error";
        }
        channels.computeIfAbsent(channel, unused -> ConcurrentHashMap.newKeySet())
                .add(connection);
        connection.listen();
        return "ok";
    }

    String unlisten(PlainConnection connection, String channel) {
        Set<PlainConnection> listeners = channels.get(channel);
        if (listeners != null) {
            listeners.remove(connection);
        }
        return "ok";
    }

    String signal(String channel, String payload) {
        String line = "sig " + channel + " " + payload;
        long count = channels.getOrDefault(channel, Set.of()).stream()
                .filter(listener -> listener.push(line))
                .count();
        return "ok " + count;
    }

    /** The connection has ended. */
    void leave(PlainConnection connection) {
        channels.values().forEach(listeners -> listeners.remove(connection));
    }
}
