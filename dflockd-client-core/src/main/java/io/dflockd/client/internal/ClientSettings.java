package io.dflockd.client.internal;

import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.FieldRules;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ShardingStrategy;
import io.dflockd.client.SignalRouting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The checked result of a {@link io.dflockd.client.DflockdClientBuilder}; the builder documents each part. */
public record ClientSettings(
        List<ServerAddress> servers,
        ShardingStrategy sharding,
        @Nullable Supplier<@Nullable String> authToken,
        @Nullable Supplier<SSLContext> sslContext,
        boolean hostnameVerification,
        Duration acquireTimeout,
        @Nullable Duration lease,
        double renewRatio,
        boolean renewal,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration keepAliveInterval,
        Duration serverReadTimeout,
        boolean serverAutoRelease,
        int maxWaitConnections,
        Duration waitConnectionIdle,
        Duration queuedPlaceMaxLife,
        int maxStatsBytes,
        boolean fenceFromToken,
        @Nullable Executor callbackExecutor,
        List<DflockdClientListener> listeners,
        LongSupplier ticker,
        Duration withdrawalDrain,
        SignalRouting signalRouting,
        int maxSignalPayload,
        int signalThreads) {

    /** The server of a key, as the sharding strategy wants it. */
    ServerAddress serverFor(String key) {
        FieldRules.key(key);
        int count = servers.size();
        int index = sharding.serverFor(key, count);
        if (index < 0 || index >= count) {
            throw new InvalidArgumentException("the sharding strategy answered " + index + " for key '" + key
                    + "'; with " + count + " servers it must answer 0.." + (count - 1));
        }
        return servers.get(index);
    }
}
