package io.dflockd.spring.boot.actuate;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.Leadership;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.spring.leader.LeaderRoles;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The endpoint {@code dflockd}: locks, acquisitions, subscriptions and roles of this application, and the stats of its servers. Read-only; it
 * shows keys, but no token.
 */
@Endpoint(id = "dflockd")
public class DflockdEndpoint {

    private final Map<String, DflockdClient> clients;

    private final List<LeaderRoles> roles;

    private final Duration timeout;

    /**
     * Creates the endpoint.
     *
     * @param clients the clients by name
     * @param roles the leader elections
     * @param timeout how long to wait for the servers' answers
     */
    public DflockdEndpoint(Map<String, DflockdClient> clients, Collection<LeaderRoles> roles, Duration timeout) {
        this.clients = Map.copyOf(clients);
        this.roles = List.copyOf(roles);
        this.timeout = timeout;
    }

    /**
     * Describes all clients.
     *
     * @return the description
     */
    @ReadOperation
    public Descriptor dflockd() {
        long deadline = System.nanoTime() + timeout.toNanos();
        List<Question> questions = clients.entrySet().stream()
                .map(client -> new Question(client.getKey(), client.getValue(), ask(client.getValue())))
                .toList();
        Map<String, ClientDescriptor> described = new LinkedHashMap<>();
        for (Question question : questions) {
            Map<String, ServerDescriptor> servers = new LinkedHashMap<>();
            question.answers().forEach((server, answer) -> servers.put(server.toString(), await(answer, deadline)));
            ClientSnapshot snapshot = question.client().snapshot();
            if (snapshot != null) { // null: a mock
                described.put(question.name(), describe(snapshot, servers));
            }
        }
        return new Descriptor(described, describeRoles());
    }

    private Map<String, RoleDescriptor> describeRoles() {
        Map<String, RoleDescriptor> described = new TreeMap<>();
        for (LeaderRoles each : roles) {
            each.roles().forEach(role -> described.put(role, describe(each, role)));
        }
        return described;
    }

    private static RoleDescriptor describe(LeaderRoles roles, String role) {
        Leadership leadership = roles.leadership(role).orElse(null);
        String state = roles.election(role)
                .map(election -> election.state().name().toLowerCase(Locale.ROOT))
                .orElse("stopped");
        if (leadership == null) {
            return new RoleDescriptor(state, false, null, null);
        }
        OptionalLong term = leadership.term();
        return new RoleDescriptor(
                state, true, term.isPresent() ? Long.toUnsignedString(term.getAsLong()) : null, leadership.remaining());
    }

    /** All servers of all clients are asked before the first answer is awaited. */
    private record Question(
            String name, DflockdClient client, Map<ServerAddress, CompletableFuture<ServerStats>> answers) {}

    private static Map<ServerAddress, CompletableFuture<ServerStats>> ask(DflockdClient client) {
        Map<ServerAddress, CompletableFuture<ServerStats>> asked = new LinkedHashMap<>();
        client.servers().forEach(server -> asked.put(server, client.statsAsync(server)));
        return asked;
    }

    private ServerDescriptor await(CompletableFuture<ServerStats> answer, long deadline) {
        try {
            long left = Math.max(0, deadline - System.nanoTime());
            return new ServerDescriptor(answer.get(left, TimeUnit.NANOSECONDS), null);
        } catch (TimeoutException ex) {
            return new ServerDescriptor(null, "no answer to stats within " + timeout);
        } catch (ExecutionException ex) {
            Throwable cause = ex.getCause() == null ? ex : ex.getCause();
            return new ServerDescriptor(null, cause.getClass().getSimpleName() + ": " + cause.getMessage());
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            return new ServerDescriptor(null, "interrupted");
        }
    }

    private static ClientDescriptor describe(ClientSnapshot snapshot, Map<String, ServerDescriptor> servers) {
        List<HeldDescriptor> held = snapshot.held().stream()
                .map(each -> new HeldDescriptor(
                        each.kind().name().toLowerCase(Locale.ROOT),
                        each.name(),
                        each.key(),
                        each.server().toString(),
                        each.remainingLease().isZero()
                                ? "lost"
                                : each.state().name().toLowerCase(Locale.ROOT),
                        each.age(),
                        each.remainingLease()))
                .toList();
        List<WaitingDescriptor> waiting = snapshot.waiting().stream()
                .map(each -> new WaitingDescriptor(
                        each.kind().name().toLowerCase(Locale.ROOT),
                        each.name(),
                        each.key(),
                        each.server().toString(),
                        each.waited()))
                .toList();
        Map<String, Integer> connections = new LinkedHashMap<>();
        snapshot.connections().forEach((server, count) -> connections.put(server.toString(), count));
        List<SubscriptionDescriptor> subscriptions = snapshot.subscriptions().stream()
                .map(each -> new SubscriptionDescriptor(
                        each.name(),
                        each.pattern(),
                        each.group(),
                        each.connected(),
                        each.servers().stream()
                                .map(listening -> new ListeningDescriptor(
                                        listening.server().toString(), listening.connected(), listening.problem()))
                                .toList(),
                        each.received(),
                        each.dropped(),
                        each.buffered()))
                .toList();
        return new ClientDescriptor(held, waiting, subscriptions, connections, servers);
    }

    /**
     * All clients and roles.
     *
     * @param clients by name; the default client is {@code default}
     * @param roles the leader elections by role
     */
    public record Descriptor(Map<String, ClientDescriptor> clients, Map<String, RoleDescriptor> roles)
            implements OperationResponseBody {}

    /**
     * One leader election.
     *
     * @param state of the candidacy of this application, or stopped
     * @param leader whether this application is the leader
     * @param term the fence number of its term, null if it does not lead or if the server issues none
     * @param leadsForAtLeast how long it leads for certain even if the server does not answer any more, null if it does not lead
     */
    public record RoleDescriptor(
            String state,
            boolean leader,
            @Nullable String term,
            @Nullable Duration leadsForAtLeast) {}

    /**
     * One client.
     *
     * @param held locks and slots that it holds
     * @param waiting acquisitions under way
     * @param subscriptions subscriptions to signals
     * @param connections number of open connections by server
     * @param servers the stats of each server
     */
    public record ClientDescriptor(
            List<HeldDescriptor> held,
            List<WaitingDescriptor> waiting,
            List<SubscriptionDescriptor> subscriptions,
            Map<String, Integer> connections,
            Map<String, ServerDescriptor> servers) {}

    /**
     * A held lock or slot.
     *
     * @param kind lock or semaphore
     * @param name the logical name, null where none was given
     * @param key the key
     * @param server where
     * @param state held or suspended, or lost where the local deadline has passed
     * @param age since the grant
     * @param heldForAtLeast how long it is held for certain even if the server does not answer any more; unlike the server's
     *     {@code leaseRemaining}, by the clock of this application
     */
    public record HeldDescriptor(
            String kind,
            @Nullable String name,
            String key,
            String server,
            String state,
            Duration age,
            Duration heldForAtLeast) {}

    /**
     * An acquisition under way.
     *
     * @param kind lock or semaphore
     * @param name the logical name, null where none was given
     * @param key the key
     * @param server where
     * @param waited since it was asked
     */
    public record WaitingDescriptor(String kind, @Nullable String name, String key, String server, Duration waited) {}

    /**
     * A subscription to signals.
     *
     * @param name the logical name, null where none was given
     * @param pattern what it listens to
     * @param group the queue group, null for a plain subscription
     * @param connected whether every server has confirmed it on an open connection
     * @param servers whether it listens at each of its servers
     * @param received how many signals have arrived
     * @param dropped how many of them were dropped
     * @param buffered how many wait to be handled
     */
    public record SubscriptionDescriptor(
            @Nullable String name,
            String pattern,
            @Nullable String group,
            boolean connected,
            List<ListeningDescriptor> servers,
            long received,
            long dropped,
            int buffered) {}

    /**
     * Whether a subscription listens at one server.
     *
     * @param server the server
     * @param connected whether the server has confirmed it on an open connection
     * @param problem why not; null if it is connected or if the first attempt has not ended
     */
    public record ListeningDescriptor(
            String server, boolean connected, @Nullable String problem) {}

    /**
     * One server.
     *
     * @param stats its stats, null if it did not answer
     * @param error why it did not answer, null if it did
     */
    public record ServerDescriptor(
            @Nullable ServerStats stats, @Nullable String error) {}
}
