package io.dflockd.client.internal.settings;

import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.FieldRules;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ReleaseMode;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ShardingStrategy;
import io.dflockd.client.SignalRouting;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a client, and the only place of their defaults. {@link io.dflockd.client.DflockdClientBuilder} documents
 * and checks them, and gives each client a copy that does not change.
 */
public final class ClientSettings implements Cloneable {

    public List<ServerAddress> servers = List.of(new ServerAddress("127.0.0.1", ServerAddress.DEFAULT_PORT));
    public ShardingStrategy sharding = ShardingStrategy.crc32();
    public @Nullable Supplier<@Nullable String> authToken;
    public @Nullable Supplier<SSLContext> sslContext;
    public boolean hostnameVerification = true;
    public List<String> tlsProtocols = List.of();
    public List<String> tlsCipherSuites = List.of();
    public Duration acquireTimeout = Duration.ofSeconds(10);
    /** Null leaves it to the server. */
    public @Nullable Duration lease;

    public double renewRatio = 0.5;
    public boolean renewal = true;
    /** Null for no minimum. */
    public @Nullable Duration holdAtLeast;
    /** Null for no maximum. */
    public @Nullable Duration holdAtMost;

    public ReleaseMode release = ReleaseMode.CONFIRMED;
    public Duration holdAtLeastOnClose = Duration.ofSeconds(5);
    public Duration connectTimeout = Duration.ofSeconds(10);
    public Duration requestTimeout = Duration.ofSeconds(5);
    public Duration keepAliveInterval = Duration.ofSeconds(7);
    public Duration serverReadTimeout = Duration.ofSeconds(23);
    public boolean serverAutoRelease = true;
    public int maxWaitConnections = 1000;
    public Duration waitConnectionIdle = Duration.ofSeconds(10);
    public Duration queuedPlaceMaxLife = Duration.ofMinutes(5);
    public int maxStatsBytes = 64 << 20;
    public boolean fenceFromToken;
    /** Null for the client's own pool. */
    public @Nullable Executor callbackExecutor;

    public List<DflockdClientListener> listeners = List.of();
    public SignalRouting signalRouting = SignalRouting.BY_CHANNEL;
    public int maxSignalPayload = FieldRules.MAX_LINE_BYTES;
    public int signalThreads = Math.max(8, Runtime.getRuntime().availableProcessors());
    /** For tests: the monotonic clock. */
    public LongSupplier ticker = System::nanoTime;
    /** For tests: how names are resolved. */
    public HostResolver hostResolver = InetAddress::getAllByName;

    /**
     * A withdrawn wait that the server ends within this time is left to run out; a longer one is ended by closing its
     * connection, which leaves a ghost in the server's queue.
     */
    public Duration waitRunOut = Duration.ofMillis(1500);

    /** Resolves host names. May block; called off the event loop. */
    @FunctionalInterface
    public interface HostResolver {

        /** Resolves a name to at least one address. */
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    public ClientSettings copy() {
        try {
            return (ClientSettings) super.clone();
        } catch (CloneNotSupportedException ex) {
            throw new AssertionError(ex);
        }
    }

    /** The server of a key, by the sharding strategy. */
    public ServerAddress serverFor(String key) {
        FieldRules.key(key);
        int count = servers.size();
        int index = sharding.serverFor(key, count);
        if (index < 0 || index >= count) {
            throw new InvalidArgumentException("the sharding strategy answered " + index + " for key '" + key
                    + "'; with " + count + " servers it must answer 0.." + (count - 1));
        }
        return servers.get(index);
    }

    /** Whether a blocked request that nobody waits for any more is left to run out. */
    public boolean runsOut(long nanosLeft) {
        return !serverAutoRelease || nanosLeft <= waitRunOut.toNanos();
    }
}
