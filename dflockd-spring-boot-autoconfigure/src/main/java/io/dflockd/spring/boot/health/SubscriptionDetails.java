package io.dflockd.spring.boot.health;

import io.dflockd.client.ClientSnapshot.Listening;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.health.contributor.Health;

/**
 * Health details of the subscriptions to signals at one server: how many are connected, and why others are not. They do not
 * change the status: locks work without signals.
 */
final class SubscriptionDetails {

    private SubscriptionDetails() {}

    /** Adds nothing if the client has no subscription at the server. */
    static void addTo(Health.Builder builder, DflockdClient client, ServerAddress server) {
        List<Listening> all = client.snapshot().subscriptions().stream()
                .flatMap(subscription -> subscription.servers().stream())
                .filter(listening -> listening.server().equals(server))
                .toList();
        if (all.isEmpty()) {
            return;
        }
        long connected = all.stream().filter(Listening::connected).count();
        builder.withDetail("subscriptions", Map.of("connected", connected, "disconnected", all.size() - connected));
        List<String> problems = all.stream()
                .map(Listening::problem)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (!problems.isEmpty()) {
            builder.withDetail("subscriptionProblems", problems);
        }
    }
}
