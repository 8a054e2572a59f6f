package io.dflockd.embedded;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Takes a {@link ServerView}. Confined to the event loop. */
final class ViewBuilder {

    private final LockTable table;
    private final Signals signals;
    private final RequestLog log;
    private final Collection<Connection> connections;

    ViewBuilder(LockTable table, Signals signals, RequestLog log, Collection<Connection> connections) {
        this.table = table;
        this.signals = signals;
        this.log = log;
        this.connections = connections;
    }

    ServerView build() {
        List<KeyView> keys = new ArrayList<>();
        long now = table.now();
        for (Resource resource : table.resources()) {
            keys.add(key(resource, now));
        }
        List<RequestView> requests = log.requests();
        Map<Long, List<RequestView>> byConnection =
                requests.stream().collect(Collectors.groupingBy(RequestView::connectionId));
        List<ConnectionView> views = new ArrayList<>();
        for (Connection connection : connections) {
            views.add(new ConnectionView(
                    connection.id,
                    remote(connection),
                    connection.isAuthenticated(),
                    connection.isBlocked(),
                    connection.requestCount(),
                    signals.subscriptionsOf(connection),
                    byConnection.getOrDefault(connection.id, List.of())));
        }
        return new ServerView(keys, views, requests, log.counts(), table.lastFence());
    }

    private static KeyView key(Resource resource, long now) {
        String name = WireText.toJava(resource.key);
        List<HolderView> holders = StreamSupport.stream(resource.holders.spliterator(), false)
                .map(h -> new HolderView(name, h.token, h.session.id, h.fence, Duration.ofNanos(h.expiresAt - now)))
                .toList();
        List<WaiterView> waiters = resource.queue.stream()
                .map(w -> new WaiterView(name, w.session.id, w.listener != null))
                .toList();
        return new KeyView(name, resource.limit, holders, waiters);
    }

    private static String remote(Connection connection) {
        return connection.remoteAddress() instanceof InetSocketAddress address
                ? address.getHostString() + ":" + address.getPort()
                : "unknown";
    }
}
