package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdClientBuilder;
import io.dflockd.client.DflockdException;
import io.dflockd.client.FieldRules;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ShardingStrategy;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.core.NestedExceptionUtils;

/** Creates clients from properties, connection details and customizers. */
final class DflockdClientFactory {

    private static final String PREFIX = "dflockd";

    private final DflockdProperties properties;

    private final ObjectProvider<SslBundles> sslBundles;

    private final ObjectProvider<ShardingStrategy> shardingStrategies;

    private final ObjectProvider<DflockdClientBuilderCustomizer> customizers;

    private final ObjectProvider<EmbeddedDflockd> embedded;

    private final ClientLifecycle lifecycle;

    DflockdClientFactory(
            DflockdProperties properties,
            ObjectProvider<SslBundles> sslBundles,
            ObjectProvider<ShardingStrategy> shardingStrategies,
            ObjectProvider<DflockdClientBuilderCustomizer> customizers,
            ObjectProvider<EmbeddedDflockd> embedded,
            ClientLifecycle lifecycle) {
        this.properties = properties;
        this.sslBundles = sslBundles;
        this.shardingStrategies = shardingStrategies;
        this.customizers = customizers;
        this.embedded = embedded;
        this.lifecycle = lifecycle;
    }

    DflockdConnectionDetails defaultDetails() {
        if (usesEmbeddedServer(properties)) {
            return embeddedDetails();
        }
        if (properties.givesNoServers()) {
            throw new InvalidConfigurationPropertyValueException(
                    PREFIX + ".servers",
                    "",
                    "It is empty, perhaps because of a variable that is not set. Set it to host:port, or remove it to use"
                            + " 127.0.0.1:6388.");
        }
        return details(properties, PREFIX, List.of(new ServerAddress("127.0.0.1", ServerAddress.DEFAULT_PORT)));
    }

    DflockdClient defaultClient(DflockdConnectionDetails details) {
        return client(DflockdClientBuilderCustomizer.DEFAULT_CLIENT, PREFIX, properties, details);
    }

    DflockdClient namedClient(String name) {
        DflockdClientProperties own = properties.getClients().get(name);
        if (own == null) {
            throw new IllegalStateException("there is no client '" + name + "' under dflockd.clients");
        }
        String prefix = DflockdClientsRegistrar.PREFIX + "." + name;
        return client(name, prefix, own, namedDetails(own, prefix));
    }

    private DflockdConnectionDetails namedDetails(DflockdClientProperties own, String prefix) {
        if (usesEmbeddedServer(own)) {
            return embeddedDetails();
        }
        if (own.getServers().isEmpty()) {
            throw new InvalidConfigurationPropertyValueException(
                    prefix + ".servers",
                    "",
                    "A named client has no default. Set this property to the client's servers.");
        }
        return details(own, prefix, List.of());
    }

    private DflockdConnectionDetails details(
            DflockdClientProperties own, String prefix, List<ServerAddress> whenUnset) {
        return new PropertiesDflockdConnectionDetails(own, prefix, sslBundles.getIfAvailable(), whenUnset);
    }

    private boolean usesEmbeddedServer(DflockdClientProperties own) {
        return own.getServers().isEmpty() && properties.getEmbedded().isEnabled();
    }

    private DflockdConnectionDetails embeddedDetails() {
        EmbeddedDflockd server = embedded.getIfAvailable();
        if (server == null) {
            throw new InvalidConfigurationPropertyValueException(
                    "dflockd.embedded.enabled",
                    true,
                    "The embedded server is not on the class path. Add the dependency io.dflockd:dflockd-embedded-server, or"
                            + " io.dflockd:dflockd-spring-boot-starter-test for tests.");
        }
        return new EmbeddedConnectionDetails(server.address(), AuthToken.ofText(properties, PREFIX));
    }

    private DflockdClient client(
            String name, String prefix, DflockdClientProperties own, DflockdConnectionDetails details) {
        if (own.getCloseTimeout().isNegative()) {
            throw new InvalidConfigurationPropertyValueException(
                    prefix + ".close-timeout",
                    DurationText.of(own.getCloseTimeout()),
                    "It is negative. Zero does not wait.");
        }
        DflockdClientBuilder builder = builder(prefix, own, details);
        for (DflockdClientBuilderCustomizer customizer :
                customizers.orderedStream().toList()) {
            customizer.customize(builder, name);
        }
        RestartableClient client = lifecycle.manage(name, builder, own.getAcquireTimeout(), own.getCloseTimeout());
        if (own.isFailFast()) {
            connect(client, prefix);
        }
        return client;
    }

    private static void connect(RestartableClient client, String prefix) {
        try {
            client.connect();
        } catch (DflockdException ex) {
            client.close(Duration.ZERO);
            throw new FailFastConnectException(client.name(), prefix, client.servers(), ex);
        } catch (InterruptedException ex) {
            client.close(Duration.ZERO);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while connecting to " + client.servers(), ex);
        }
    }

    private DflockdClientBuilder builder(String prefix, DflockdClientProperties own, DflockdConnectionDetails details) {
        DflockdClientBuilder builder = DflockdClient.builder();
        builder.authToken(details::getAuthToken);
        builder.hostnameVerification(details.isVerifyHostname());
        ssl(builder, details);
        sharding(builder, prefix, own.getSharding());
        builder.renewal(own.getRenewal().isEnabled());
        builder.release(own.getRelease());
        builder.serverAutoRelease(own.isServerAutoRelease());
        builder.fenceFromToken(own.isFenceFromToken());
        checked(builder, new CurrentProperty(prefix), own, details);
        checkTogether(builder, prefix, own);
        return builder;
    }

    /** The settings whose values the builder checks. */
    private static void checked(
            DflockdClientBuilder builder,
            CurrentProperty current,
            DflockdClientProperties own,
            DflockdConnectionDetails details) {
        DflockdClientProperties.Pool pool = own.getPool();
        Duration lease = own.getLeaseTtl();
        Duration holdAtLeast = own.getHoldAtLeast();
        Duration holdAtMost = own.getHoldAtMost();
        try {
            builder.servers(current.of("servers", details.getServers()));
            builder.acquireTimeout(current.of("acquire-timeout", own.getAcquireTimeout()));
            if (lease != null) {
                builder.lease(current.of("lease-ttl", lease));
            }
            if (holdAtMost != null) {
                builder.holdAtMost(current.of("hold-at-most", holdAtMost));
            }
            if (holdAtLeast != null) {
                builder.holdAtLeast(current.of("hold-at-least", holdAtLeast));
                FieldRules.holdLimits(holdAtLeast, holdAtMost);
            }
            builder.holdAtLeastOnClose(current.of("hold-at-least-on-close", own.getHoldAtLeastOnClose()));
            builder.renewRatio(current.of("renewal.ratio", own.getRenewal().getRatio()));
            builder.connectTimeout(current.of("connect-timeout", own.getConnectTimeout()));
            builder.requestTimeout(current.of("request-timeout", own.getRequestTimeout()));
            builder.serverReadTimeout(current.of("server-read-timeout", own.getServerReadTimeout()));
            builder.keepAliveInterval(current.of("keep-alive-interval", own.getKeepAliveInterval()));
            builder.queuedPlaceMaxLife(current.of("queued-place-max-life", own.getQueuedPlaceMaxLife()));
            builder.maxWaitConnections(current.of("pool.max-wait-connections", pool.getMaxWaitConnections()));
            builder.waitConnectionIdle(current.of("pool.wait-connection-idle", pool.getWaitConnectionIdle()));
            builder.maxStatsBytes(
                    current.of("max-stats-size", own.getMaxStatsSize()).toBytes());
        } catch (InvalidArgumentException ex) {
            throw current.refused(ex);
        }
    }

    /** The builder compares two times with the server's read timeout; this finds out which of them it refuses. */
    private static void checkTogether(DflockdClientBuilder builder, String prefix, DflockdClientProperties own) {
        try {
            builder.build();
        } catch (InvalidArgumentException ex) {
            boolean idleIsRight = isRefused(builder.waitConnectionIdle(Duration.ZERO));
            throw new InvalidConfigurationPropertyValueException(
                    prefix + (idleIsRight ? ".keep-alive-interval" : ".pool.wait-connection-idle"),
                    DurationText.of(
                            idleIsRight
                                    ? own.getKeepAliveInterval()
                                    : own.getPool().getWaitConnectionIdle()),
                    DurationText.in(ex.getMessage()));
        }
    }

    private static boolean isRefused(DflockdClientBuilder builder) {
        try {
            builder.build();
            return false;
        } catch (InvalidArgumentException ex) {
            return true;
        }
    }

    private void sharding(DflockdClientBuilder builder, String prefix, DflockdClientProperties.Sharding wanted) {
        if (wanted == DflockdClientProperties.Sharding.BEAN) {
            ShardingStrategy bean = shardingStrategies.getIfUnique();
            if (bean == null) {
                throw new InvalidConfigurationPropertyValueException(
                        prefix + ".sharding", wanted, "There is no single ShardingStrategy bean. Define one.");
            }
            builder.sharding(bean);
        } else if (shardingStrategies.stream().findAny().isPresent()) {
            throw new InvalidConfigurationPropertyValueException(
                    prefix + ".sharding",
                    wanted,
                    "There is a ShardingStrategy bean, which would not be used. Set this property to 'bean', or remove the"
                            + " bean.");
        }
    }

    /** Reads the bundle now, so that one that cannot be read fails the start and not the first lock. */
    private static void ssl(DflockdClientBuilder builder, DflockdConnectionDetails details) {
        SslBundle bundle = details.getSslBundle();
        if (bundle == null) {
            return;
        }
        SslContextSource source = new SslContextSource(details);
        try {
            source.get();
        } catch (RuntimeException ex) {
            String reason = "The SSL bundle cannot be read: " + ex.getMessage() + " ("
                    + NestedExceptionUtils.getMostSpecificCause(ex) + ").";
            throw details instanceof PropertiesDflockdConnectionDetails configured
                    ? configured.bundleRefused(reason)
                    : new IllegalStateException(reason, ex);
        }
        builder.sslContext(source);
        SslOptions options = bundle.getOptions();
        if (options.getEnabledProtocols() != null) {
            builder.tlsProtocols(options.getEnabledProtocols());
        }
        if (options.getCiphers() != null) {
            builder.tlsCipherSuites(options.getCiphers());
        }
    }
}
