package io.dflockd.spring.boot.health;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;

/**
 * Health of one dflockd server: it answers {@code stats} in time. Checks at the same time share one request, which does
 * not travel on a connection that owns a lock.
 */
public final class DflockdHealthIndicator extends AbstractHealthIndicator {

    private final DflockdClient client;

    private final ServerAddress server;

    private final Duration timeout;

    /**
     * Creates the indicator.
     *
     * @param client the client to ask with
     * @param server one of its servers
     * @param timeout how long a check waits for the answer
     */
    public DflockdHealthIndicator(DflockdClient client, ServerAddress server, Duration timeout) {
        super("dflockd health check failed");
        this.client = client;
        this.server = server;
        this.timeout = timeout;
    }

    /**
     * The health of all servers of a client, each under its address.
     *
     * @param client the client
     * @param timeout how long a check waits for an answer
     * @return one contributor per server
     */
    public static HealthContributor ofServers(DflockdClient client, Duration timeout) {
        Map<String, DflockdHealthIndicator> indicators = new LinkedHashMap<>();
        client.servers()
                .forEach(server ->
                        indicators.put(server.toString(), new DflockdHealthIndicator(client, server, timeout)));
        return CompositeHealthContributor.fromMap(indicators);
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) throws Exception {
        SubscriptionDetails.addTo(builder, client, server);
        long start = System.nanoTime();
        try {
            ServerStats stats = client.statsAsync(server).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            builder.up()
                    .withDetail("roundTripMillis", (System.nanoTime() - start) / 100_000 / 10.0)
                    .withDetail("connections", stats.connections())
                    .withDetail("locks", stats.locks().size())
                    .withDetail("semaphores", stats.semaphores().size())
                    .withDetail("waiters", waiters(stats));
        } catch (TimeoutException ex) {
            builder.down().withDetail("error", "no answer to stats within " + timeout);
        } catch (ExecutionException ex) {
            builder.down(ex.getCause() == null ? ex : ex.getCause());
        }
    }

    private static long waiters(ServerStats stats) {
        return stats.locks().stream().mapToLong(ServerStats.Lock::waiters).sum()
                + stats.semaphores().stream()
                        .mapToLong(ServerStats.Semaphore::waiters)
                        .sum();
    }
}
