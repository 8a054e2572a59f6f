package io.dflockd.embedded;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state of a server at one moment, for assertions. Immutable, and consistent: it is taken between two requests.
 *
 * @param keys all keys, idle ones included
 * @param connections all open connections, oldest first
 * @param requests the latest requests of all connections, closed ones included, oldest first; bounded
 * @param commandCounts the number of requests per command since the start; unknown ones are {@code "(unknown)"}
 * @param lastFence the number of the latest grant, 0 before the first
 */
public record ServerView(
        List<KeyView> keys,
        List<ConnectionView> connections,
        List<RequestView> requests,
        Map<String, Long> commandCounts,
        long lastFence) {

    static final ServerView EMPTY = new ServerView(List.of(), List.of(), List.of(), Map.of(), 0);

    /** Copies the collections. */
    public ServerView {
        keys = List.copyOf(keys);
        connections = List.copyOf(connections);
        requests = List.copyOf(requests);
        commandCounts = Map.copyOf(commandCounts);
    }

    /** Returns the holders of a key, in the order of the grants. */
    public List<HolderView> holders(String key) {
        return keys.stream()
                .filter(k -> k.key().equals(key))
                .flatMap(k -> k.holders().stream())
                .toList();
    }

    /** Returns all holders of all keys. */
    public List<HolderView> holders() {
        return keys.stream().flatMap(k -> k.holders().stream()).toList();
    }

    /** Returns the waiters for a key, the next one first. */
    public List<WaiterView> waiters(String key) {
        return keys.stream()
                .filter(k -> k.key().equals(key))
                .flatMap(k -> k.waiters().stream())
                .toList();
    }

    /** Returns all waiters of all keys. */
    public List<WaiterView> waiters() {
        return keys.stream().flatMap(k -> k.waiters().stream()).toList();
    }

    /** Returns the open connection with an id, if there is one. */
    public Optional<ConnectionView> connection(long id) {
        return connections.stream().filter(c -> c.id() == id).findFirst();
    }

    /** Returns the logged requests of a connection, oldest first. It may be closed. */
    public List<RequestView> requestsOf(long connectionId) {
        return requests.stream().filter(r -> r.connectionId() == connectionId).toList();
    }

    /** Returns the number of requests with a command since the start. */
    public long count(String command) {
        return commandCounts.getOrDefault(command, 0L);
    }

    /** Returns whether there are no holders and no waiters. */
    public boolean isQuiet() {
        return keys.stream().allMatch(k -> k.holders().isEmpty() && k.waiters().isEmpty());
    }

    /** Returns the view as text of several lines, for the message of a failed assertion. */
    public String dump() {
        StringBuilder text = new StringBuilder();
        for (KeyView key : keys) {
            if (key.holders().isEmpty() && key.waiters().isEmpty()) {
                continue;
            }
            text.append("key '")
                    .append(key.key())
                    .append("' limit ")
                    .append(key.limit())
                    .append('\n');
            key.holders()
                    .forEach(h -> text.append("  held by connection ")
                            .append(h.connectionId())
                            .append(", token ")
                            .append(h.token())
                            .append(", fence ")
                            .append(h.fence())
                            .append(", lease ends in ")
                            .append(h.remainingLease())
                            .append('\n'));
            key.waiters()
                    .forEach(w -> text.append("  connection ")
                            .append(w.connectionId())
                            .append(w.blocked() ? " waits, blocked" : " waits, enqueued")
                            .append('\n'));
        }
        for (ConnectionView connection : connections) {
            text.append("connection ")
                    .append(connection.id())
                    .append(" from ")
                    .append(connection.remoteAddress())
                    .append(connection.blocked() ? ", blocked" : "")
                    .append(", ")
                    .append(connection.requestCount())
                    .append(" requests, the latest: ");
            List<RequestView> sent = connection.requests();
            text.append(sent.subList(Math.max(0, sent.size() - 8), sent.size())).append('\n');
        }
        return text.isEmpty() ? "no holders, no waiters, no connections\n" : text.toString();
    }
}
