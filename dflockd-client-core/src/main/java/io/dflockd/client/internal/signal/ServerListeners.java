package io.dflockd.client.internal.signal;

import io.dflockd.client.FieldRules;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.net.ServerConnections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The listening connections to one server: one for all plain subscriptions and one for each subscription with a queue group,
 * because pushes do not say which group they are for. Confined to the event loop.
 */
final class ServerListeners {

    private static final byte[] NO_GROUP = {};
    private final ServerConnections connections;
    private final Map<Subscription, ListeningConnection> grouped = new HashMap<>();
    private @Nullable ListeningConnection plain;

    ServerListeners(ServerConnections connections) {
        this.connections = connections;
    }

    ServerAddress server() {
        return connections.server();
    }

    void join(Subscription subscription) {
        connectionFor(subscription).join(subscription);
    }

    private ListeningConnection connectionFor(Subscription subscription) {
        String group = subscription.group();
        if (group != null) {
            return grouped.computeIfAbsent(
                    subscription, member -> new ListeningConnection(connections, FieldRules.group(group)));
        }
        ListeningConnection shared = plain;
        if (shared == null) {
            shared = new ListeningConnection(connections, NO_GROUP);
            plain = shared;
        }
        return shared;
    }

    void leave(Subscription subscription) {
        if (subscription.group() != null) {
            ListeningConnection own = grouped.remove(subscription);
            if (own != null) {
                own.leave(subscription);
            }
        } else if (plain != null && plain.leave(subscription)) {
            plain = null;
        }
    }
}
