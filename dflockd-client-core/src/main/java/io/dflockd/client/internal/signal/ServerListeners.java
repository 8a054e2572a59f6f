package io.dflockd.client.internal.signal;

import io.dflockd.client.FieldRules;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.net.ServerConnections;
import java.util.HashMap;
import java.util.Map;

/**
 * The listening connections to one server: one for all plain subscriptions and one for each subscription with a queue group,
 * because pushes do not say which group they are for. Confined to the event loop.
 */
final class ServerListeners {

    private static final byte[] NO_GROUP = {};
    private static final Object PLAIN = new Object();

    private final ServerConnections connections;
    /** By subscription, or {@link #PLAIN}. */
    private final Map<Object, ListeningConnection> listening = new HashMap<>();

    ServerListeners(ServerConnections connections) {
        this.connections = connections;
    }

    ServerAddress server() {
        return connections.server();
    }

    void join(Subscription subscription) {
        String group = subscription.group();
        byte[] bytes = group == null ? NO_GROUP : FieldRules.group(group);
        listening
                .computeIfAbsent(user(subscription), user -> new ListeningConnection(connections, bytes))
                .join(subscription);
    }

    void leave(Subscription subscription) {
        ListeningConnection left = listening.get(user(subscription));
        if (left != null && left.leave(subscription)) {
            listening.remove(user(subscription));
        }
    }

    private Object user(Subscription subscription) {
        return subscription.group() == null ? PLAIN : subscription;
    }
}
