package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdClientBuilder;
import io.dflockd.client.DflockdException;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ShardingStrategy;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;

/** Makes clients from properties, connection details and customizers. */
final class DflockdClientFactory {

    private final DflockdProperties properties;

    private final ObjectProvider<SslBundles> sslBundles;

    private final ObjectProvider<ShardingStrategy> shardingStrategies;

    private final ObjectProvider<DflockdClientBuilderCustomizer> customizers;

    private final Supplier<ServerAddress> serverWhenUnset;

    private final ClientLifecycle lifecycle;

    DflockdClientFactory(
            DflockdProperties properties,
            ObjectProvider<SslBundles> sslBundles,
            ObjectProvider<ShardingStrategy> shardingStrategies,
            ObjectProvider<DflockdClientBuilderCustomizer> customizers,
            Supplier<ServerAddress> serverWhenUnset,
            ClientLifecycle lifecycle) {
        this.properties = properties;
        this.sslBundles = sslBundles;
        this.shardingStrategies = shardingStrategies;
        this.customizers = customizers;
        this.serverWhenUnset = serverWhenUnset;
        this.lifecycle = lifecycle;
        checkApplicationProperties();
    }

    /** Checks what concerns the application rather than one client. */
    private void checkApplicationProperties() {
        PropertyChecks checks = new PropertyChecks("dflockd");
        checks.require(
                !properties.isWithoutLocking(),
                "without-locking",
                true,
                "it only has a meaning together with dflockd.enabled=false; locking is enabled");
        checks.require(
                !properties.getCloseTimeout().isNegative(),
                "close-timeout",
                properties.getCloseTimeout(),
                "it is negative; zero does not wait");
        checks.require(
                properties.getHealth().getTimeout().compareTo(Duration.ZERO) > 0,
                "health.timeout",
                properties.getHealth().getTimeout(),
                "it is not positive");
        checks.require(
                properties.getMetrics().getMaxNames() >= 1,
                "metrics.max-names",
                properties.getMetrics().getMaxNames(),
                "it is below 1");
    }

    DflockdConnectionDetails defaultDetails() {
        return new PropertiesDflockdConnectionDetails(
                properties, "dflockd", sslBundles.getIfAvailable(), serverWhenUnset);
    }

    DflockdClient defaultClient(DflockdConnectionDetails details) {
        return client(DflockdClientBuilderCustomizer.DEFAULT_CLIENT, "dflockd", properties, details);
    }

    DflockdClient namedClient(String name) {
        DflockdClientProperties own = properties.getClients().get(name);
        String prefix = "dflockd.clients." + name;
        if (own == null) {
            throw new IllegalStateException("there is no client '" + name + "' under dflockd.clients");
        }
        return client(
                name,
                prefix,
                own,
                new PropertiesDflockdConnectionDetails(own, prefix, sslBundles.getIfAvailable(), serverWhenUnset));
    }

    private DflockdClient client(
            String name, String prefix, DflockdClientProperties own, DflockdConnectionDetails details) {
        DflockdClientBuilder builder = builder(new PropertyChecks(prefix), own, details);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder, name));
        RestartableClient client = lifecycle.manage(builder, properties.getCloseTimeout());
        if (own.isFailFast()) {
            connect(client, prefix);
        }
        return client;
    }

    private static void connect(DflockdClient client, String prefix) {
        try {
            client.connect();
            // A server that is full, or wants TLS, accepts the connection and shows only when it is asked something.
            client.stats();
        } catch (DflockdException ex) {
            client.close(Duration.ZERO);
            throw new FailFastConnectException(prefix, client.servers(), ex);
        } catch (InterruptedException ex) {
            client.close(Duration.ZERO);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while connecting to " + client.servers(), ex);
        }
    }

    private DflockdClientBuilder builder(
            PropertyChecks checks, DflockdClientProperties own, DflockdConnectionDetails details) {
        DflockdClientBuilder builder = DflockdClient.builder();
        builder.authToken(details::getAuthToken);
        if (details.getSslBundle() != null) {
            builder.sslContext(new SslContextSource(details));
        }
        builder.hostnameVerification(details.isVerifyHostname());
        List<ServerAddress> servers = details.getServers();
        try {
            if (checks.isGiven("servers", servers)) {
                builder.servers(servers);
            }
            builder.sharding(sharding(checks, own.getSharding()));
            timing(checks, builder, own);
            leases(checks, builder, own);
            builder.serverAutoRelease(own.isServerAutoRelease());
            if (checks.isGiven("pool.max-wait-connections", own.getPool().getMaxWaitConnections())) {
                builder.maxWaitConnections(own.getPool().getMaxWaitConnections());
            }
            if (checks.isGiven("max-stats-size", own.getMaxStatsSize())) {
                builder.maxStatsBytes(own.getMaxStatsSize().toBytes());
            }
            builder.fenceFromToken(own.isFenceFromToken());
        } catch (InvalidArgumentException ex) {
            throw checks.refused(ex);
        }
        return builder;
    }

    private static void leases(PropertyChecks checks, DflockdClientBuilder builder, DflockdClientProperties own) {
        if (checks.isGiven("lease-ttl", own.getLeaseTtl())) {
            builder.lease(own.getLeaseTtl());
        }
        builder.renewal(own.getRenewal().isEnabled());
        if (checks.isGiven("renewal.ratio", own.getRenewal().getRatio())) {
            builder.renewRatio(own.getRenewal().getRatio());
        }
    }

    private static void timing(PropertyChecks checks, DflockdClientBuilder builder, DflockdClientProperties own) {
        if (checks.isGiven("acquire-timeout", own.getAcquireTimeout())) {
            builder.acquireTimeout(own.getAcquireTimeout());
        }
        if (checks.isGiven("connect-timeout", own.getConnectTimeout())) {
            builder.connectTimeout(own.getConnectTimeout());
        }
        if (checks.isGiven("request-timeout", own.getRequestTimeout())) {
            builder.requestTimeout(own.getRequestTimeout());
        }
        if (checks.isGiven("server-read-timeout", own.getServerReadTimeout())) {
            builder.serverReadTimeout(own.getServerReadTimeout());
        }
        if (checks.isGiven("keep-alive-interval", own.getKeepAliveInterval())) {
            builder.keepAliveInterval(own.getKeepAliveInterval());
        }
        if (checks.isGiven("queued-place-max-life", own.getQueuedPlaceMaxLife())) {
            builder.queuedPlaceMaxLife(own.getQueuedPlaceMaxLife());
        }
        Duration idle = own.getPool().getWaitConnectionIdle();
        if (checks.isGiven("pool.wait-connection-idle", idle)) {
            builder.waitConnectionIdle(idle);
        }
        Duration serverReads = own.getServerReadTimeout();
        checks.require(
                own.getKeepAliveInterval().multipliedBy(2).compareTo(serverReads) <= 0,
                "keep-alive-interval",
                own.getKeepAliveInterval(),
                "it must be at most half of server-read-timeout (" + serverReads + ")");
        checks.require(
                idle.compareTo(serverReads) < 0,
                "pool.wait-connection-idle",
                idle,
                "it must be below server-read-timeout (" + serverReads + ")");
    }

    private ShardingStrategy sharding(PropertyChecks checks, DflockdClientProperties.Sharding wanted) {
        ShardingStrategy bean = shardingStrategies.getIfUnique();
        if (wanted == DflockdClientProperties.Sharding.BEAN) {
            if (bean == null) {
                throw checks.invalid("sharding", wanted, "there is no single ShardingStrategy bean; define one");
            }
            return bean;
        }
        checks.require(
                shardingStrategies.stream().findAny().isEmpty(),
                "sharding",
                wanted,
                "a ShardingStrategy bean is defined but would not be used; set this property to 'bean' or remove the bean");
        return ShardingStrategy.crc32();
    }

    /** Checks of {@code build()} itself concern several values; none is left to name. */
    static DflockdClient build(DflockdClientBuilder builder) {
        try {
            return builder.build();
        } catch (InvalidArgumentException ex) {
            throw new InvalidDflockdPropertyException("dflockd", null, String.valueOf(ex.getMessage()), ex);
        }
    }
}
