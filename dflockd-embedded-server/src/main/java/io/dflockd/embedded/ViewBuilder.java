package io.dflockd.embedded;

import io.dflockd.embedded.server.Request;
import io.dflockd.embedded.server.ServerConnection;
import io.dflockd.embedded.server.ServerCore;
import io.dflockd.embedded.server.WireText;
import io.dflockd.embedded.table.LockTable;
import io.dflockd.embedded.table.Resource;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Takes a {@link ServerView}. Confined to the event loop. */
final class ViewBuilder {

    private ViewBuilder() {}

    static ServerView build(ServerCore core) {
        LockTable table = core.table();
        long now = table.now();
        List<RequestView> requests =
                core.requestLog().requests().stream().map(ViewBuilder::request).toList();
        Map<Long, List<RequestView>> byConnection =
                requests.stream().collect(Collectors.groupingBy(RequestView::connectionId));
        return new ServerView(
                table.resources().stream().map(r -> key(r, now)).toList(),
                core.connections().all().stream()
                        .map(c -> connection(core, c, byConnection.getOrDefault(c.id(), List.of())))
                        .toList(),
                requests,
                core.requestLog().counts(),
                table.fences().latest());
    }

    private static KeyView key(Resource resource, long now) {
        String name = WireText.toJava(resource.key());
        return new KeyView(
                name,
                resource.limit(),
                resource.holders().stream()
                        .map(h -> new HolderView(
                                name, h.token(), h.connectionId(), h.fence(), Duration.ofNanos(h.remainingNanos(now))))
                        .toList(),
                resource.waiters().stream()
                        .map(w -> new WaiterView(name, w.connectionId(), w.blocked()))
                        .toList());
    }

    private static ConnectionView connection(ServerCore core, ServerConnection connection, List<RequestView> requests) {
        String remote = connection.remoteAddress() instanceof InetSocketAddress address
                ? address.getHostString() + ":" + address.getPort()
                : "unknown";
        return new ConnectionView(
                connection.id(),
                remote,
                connection.isAuthenticated(),
                connection.isBlocked(),
                connection.requestCount(),
                core.signals().subscriptionsOf(connection.subscriber()),
                requests);
    }

    private static RequestView request(Request request) {
        boolean secret = request.command().equals("auth");
        return new RequestView(
                request.connectionId(),
                WireText.toJava(request.command()),
                WireText.toJava(request.key()),
                secret ? RequestView.REDACTED : WireText.toJava(request.argument()));
    }
}
