package io.dflockd.spring.boot.health;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.spring.boot.health.ServerChecks.Answer;
import io.dflockd.spring.boot.health.ServerChecks.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;

/**
 * Health of one dflockd server: it answers {@code stats} in time. Checks at the same time share one request, which is not
 * sent on a connection that owns a lock.
 */
public final class DflockdHealthIndicator extends AbstractHealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(DflockdHealthIndicator.class);

    private final ServerChecks checks;

    private final String clientName;

    private final Target target;

    private final Duration timeout;

    /**
     * Creates the indicator.
     *
     * @param clientName the name of the client, for the log
     * @param client the client that asks
     * @param server one of its servers
     * @param timeout how long a check waits for the answer
     */
    public DflockdHealthIndicator(String clientName, DflockdClient client, ServerAddress server, Duration timeout) {
        this(
                new ServerChecks(List.of(new Target(client, server)), timeout),
                clientName,
                new Target(client, server),
                timeout);
    }

    private DflockdHealthIndicator(ServerChecks checks, String clientName, Target target, Duration timeout) {
        super("dflockd health check failed");
        this.checks = checks;
        this.clientName = clientName;
        this.target = target;
        this.timeout = timeout;
    }

    /**
     * The health of all servers: each server under its address, and with several clients below the name of its client. All
     * servers are asked at the same time, so a check of all of them takes no longer than the timeout.
     *
     * @param clients the clients by name
     * @param timeout how long a check waits for the answers
     * @return the health of the servers
     */
    public static HealthContributor ofServers(Map<String, DflockdClient> clients, Duration timeout) {
        ServerChecks checks = new ServerChecks(clients.values(), timeout);
        Map<String, HealthContributor> byClient = new LinkedHashMap<>();
        clients.forEach((name, client) -> byClient.put(name, ofServers(checks, name, client, timeout)));
        return byClient.size() == 1
                ? byClient.values().iterator().next()
                : CompositeHealthContributor.fromMap(byClient);
    }

    private static HealthContributor ofServers(
            ServerChecks checks, String clientName, DflockdClient client, Duration timeout) {
        Map<String, DflockdHealthIndicator> indicators = new LinkedHashMap<>();
        client.servers()
                .forEach(server -> indicators.put(
                        server.toString(),
                        new DflockdHealthIndicator(checks, clientName, new Target(client, server), timeout)));
        return CompositeHealthContributor.fromMap(indicators);
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        SubscriptionDetails.addTo(builder, target.client(), target.server());
        try {
            Answer answer = checks.await(target);
            ServerStats stats = answer.stats();
            if (answer.failure() != null) {
                down(builder, answer.failure());
            } else if (stats != null) {
                builder.up()
                        .withDetail("roundTripMillis", answer.nanos() / 100_000 / 10.0)
                        .withDetail("connections", stats.connections())
                        .withDetail("locks", stats.locks().size())
                        .withDetail("semaphores", stats.semaphores().size())
                        .withDetail("waiters", waiters(stats))
                        .withDetail("generation", stats.abilities().generation())
                        .withDetail("signals", stats.abilities().signals())
                        .withDetail("fences", stats.abilities().fences());
            }
        } catch (TimeoutException ex) {
            String silence = "no answer to stats within " + timeout;
            log.warn(
                    "Health check of dflockd server {} by client '{}' failed: {}",
                    target.server(),
                    clientName,
                    silence);
            builder.down().withDetail("error", silence);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            builder.unknown().withDetail("error", "interrupted while waiting for the answer to stats");
        }
    }

    /** What the client throws says all in its message. For anything else Boot logs the stack trace. */
    private void down(Health.Builder builder, Throwable failure) {
        log.warn(
                "Health check of dflockd server {} by client '{}' failed: {}",
                target.server(),
                clientName,
                failure.toString());
        if (failure instanceof DflockdException) {
            log.debug("Stack trace of the failed health check", failure);
            builder.down().withDetail("error", failure.toString());
        } else {
            builder.down(failure);
        }
    }

    private static long waiters(ServerStats stats) {
        return stats.locks().stream().mapToLong(ServerStats.Lock::waiters).sum()
                + stats.semaphores().stream()
                        .mapToLong(ServerStats.Semaphore::waiters)
                        .sum();
    }
}
