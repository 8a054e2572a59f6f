package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.ReleaseMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * The properties of one client: {@code dflockd.*} for the default client, and {@code dflockd.clients.<name>.*} for a named
 * client, which inherits nothing from the default one.
 *
 * <p>Values are checked when the client is created. A value that is out of range fails the start with a message that names
 * the property.
 */
public class DflockdClientProperties {

    /**
     * Servers as host:port, host or [ipv6]:port. Keys are spread over several servers, so all applications must list
     * the same servers in the same order. When unset, the default client uses the embedded server if it is enabled, and
     * 127.0.0.1:6388 otherwise; a named client uses the embedded server or fails the start.
     */
    private List<String> servers = new ArrayList<>();

    /** An empty value is bound as an empty list, which is not the same as no value. */
    private boolean serversGiven;

    /**
     * Auth token of the servers. White space at its ends is ignored. It is sent in clear text unless TLS is enabled.
     */
    private @Nullable String authToken;

    /** File that contains the auth token. It is read again for each new connection, so the token can be rotated. */
    private @Nullable Path authTokenFile;

    /** How long to wait for a lock or a semaphore slot. Zero does not wait. */
    private Duration acquireTimeout = Duration.ofSeconds(10);

    /**
     * Lease of locks and semaphore slots, rounded up to whole seconds. When unset, the default of the server applies
     * (33 seconds unless configured otherwise).
     */
    private @Nullable Duration leaseTtl;

    /**
     * How long a lock or semaphore slot stays taken at least, from the grant on, however early it is released. Applies to
     * everything that this client locks. When unset, no minimum.
     */
    private @Nullable Duration holdAtLeast;

    /**
     * How long a lock or semaphore slot is held at most, from the grant on. Then it is lost. Applies to everything that
     * this client locks. When unset, no maximum.
     */
    private @Nullable Duration holdAtMost;

    /**
     * How long the client waits when the application stops for locks that were released before their minimum time. Then
     * it releases them. Zero releases them at once.
     */
    private Duration holdAtLeastOnClose = Duration.ofSeconds(5);

    /**
     * Whether the end of a guarded call waits until the server has confirmed the release. "sent" saves a round trip and gives
     * up the proof that the lock was held to the end.
     */
    private ReleaseMode release = ReleaseMode.CONFIRMED;

    /** How long it may take to open a connection, including name resolution, TLS and authentication. */
    private Duration connectTimeout = Duration.ofSeconds(10);

    /** How long to wait for the answer to a request that does not wait for a lock. */
    private Duration requestTimeout = Duration.ofSeconds(5);

    /**
     * Idle time after which a keep-alive is sent on connections that hold locks, wait or listen. At most half of
     * server-read-timeout.
     */
    private Duration keepAliveInterval = Duration.ofSeconds(7);

    /**
     * Read timeout of the servers (their --read-timeout). Must not be longer than that of the servers, or a lost lock
     * is noticed too late.
     */
    private Duration serverReadTimeout = Duration.ofSeconds(23);

    /**
     * Whether the servers release the locks of a connection that ends (their --auto-release-on-disconnect). Set it to the value of
     * the servers.
     */
    private boolean serverAutoRelease = true;

    /** How long a place in a queue (two-phase acquisition) is kept if its lock is not picked up. */
    private Duration queuedPlaceMaxLife = Duration.ofMinutes(5);

    /** Maximum size of an answer to stats. */
    private DataSize maxStatsSize = DataSize.ofMegabytes(64);

    /**
     * Whether to read a fence number from the first 16 hex digits of a lock token. Only servers from 2.1.0 on put one
     * there.
     */
    private boolean fenceFromToken;

    /** How keys are spread over several servers. All applications that share locks must use the same value. */
    private Sharding sharding = Sharding.CRC32;

    /**
     * Whether to connect to all servers when the application starts, and to fail the start if a server cannot be
     * reached.
     */
    private boolean failFast;

    /** How long the client waits for held locks when the application stops, before it releases them. */
    private Duration closeTimeout = Duration.ofSeconds(30);

    private final Ssl ssl = new Ssl();

    private final Renewal renewal = new Renewal();

    private final Pool pool = new Pool();

    public List<String> getServers() {
        return servers;
    }

    public void setServers(List<String> servers) {
        this.servers = servers;
        this.serversGiven = true;
    }

    /** Whether the property is there and names no server. */
    boolean givesNoServers() {
        return serversGiven && servers.isEmpty();
    }

    public @Nullable String getAuthToken() {
        return authToken;
    }

    public void setAuthToken(@Nullable String authToken) {
        this.authToken = authToken;
    }

    public @Nullable Path getAuthTokenFile() {
        return authTokenFile;
    }

    public void setAuthTokenFile(@Nullable Path authTokenFile) {
        this.authTokenFile = authTokenFile;
    }

    public Duration getAcquireTimeout() {
        return acquireTimeout;
    }

    public void setAcquireTimeout(Duration acquireTimeout) {
        this.acquireTimeout = acquireTimeout;
    }

    public @Nullable Duration getLeaseTtl() {
        return leaseTtl;
    }

    public void setLeaseTtl(@Nullable Duration leaseTtl) {
        this.leaseTtl = leaseTtl;
    }

    public @Nullable Duration getHoldAtLeast() {
        return holdAtLeast;
    }

    public void setHoldAtLeast(@Nullable Duration holdAtLeast) {
        this.holdAtLeast = holdAtLeast;
    }

    public @Nullable Duration getHoldAtMost() {
        return holdAtMost;
    }

    public void setHoldAtMost(@Nullable Duration holdAtMost) {
        this.holdAtMost = holdAtMost;
    }

    public Duration getHoldAtLeastOnClose() {
        return holdAtLeastOnClose;
    }

    public void setHoldAtLeastOnClose(Duration holdAtLeastOnClose) {
        this.holdAtLeastOnClose = holdAtLeastOnClose;
    }

    public ReleaseMode getRelease() {
        return release;
    }

    public void setRelease(ReleaseMode release) {
        this.release = release;
    }

    public Duration getConnectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public Duration getRequestTimeout() {
        return requestTimeout;
    }

    public void setRequestTimeout(Duration requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    public Duration getKeepAliveInterval() {
        return keepAliveInterval;
    }

    public void setKeepAliveInterval(Duration keepAliveInterval) {
        this.keepAliveInterval = keepAliveInterval;
    }

    public Duration getServerReadTimeout() {
        return serverReadTimeout;
    }

    public void setServerReadTimeout(Duration serverReadTimeout) {
        this.serverReadTimeout = serverReadTimeout;
    }

    public boolean isServerAutoRelease() {
        return serverAutoRelease;
    }

    public void setServerAutoRelease(boolean serverAutoRelease) {
        this.serverAutoRelease = serverAutoRelease;
    }

    public Duration getQueuedPlaceMaxLife() {
        return queuedPlaceMaxLife;
    }

    public void setQueuedPlaceMaxLife(Duration queuedPlaceMaxLife) {
        this.queuedPlaceMaxLife = queuedPlaceMaxLife;
    }

    public DataSize getMaxStatsSize() {
        return maxStatsSize;
    }

    public void setMaxStatsSize(DataSize maxStatsSize) {
        this.maxStatsSize = maxStatsSize;
    }

    public boolean isFenceFromToken() {
        return fenceFromToken;
    }

    public void setFenceFromToken(boolean fenceFromToken) {
        this.fenceFromToken = fenceFromToken;
    }

    public Sharding getSharding() {
        return sharding;
    }

    public void setSharding(Sharding sharding) {
        this.sharding = sharding;
    }

    public boolean isFailFast() {
        return failFast;
    }

    public void setFailFast(boolean failFast) {
        this.failFast = failFast;
    }

    public Duration getCloseTimeout() {
        return closeTimeout;
    }

    public void setCloseTimeout(Duration closeTimeout) {
        this.closeTimeout = closeTimeout;
    }

    public Ssl getSsl() {
        return ssl;
    }

    public Renewal getRenewal() {
        return renewal;
    }

    public Pool getPool() {
        return pool;
    }

    /** How keys are spread over several servers. */
    public enum Sharding {
        /** CRC-32 of the key modulo the number of servers, as in all other dflockd clients. */
        CRC32,
        /** The {@link io.dflockd.client.ShardingStrategy} bean of the application. */
        BEAN
    }

    /** TLS. */
    public static class Ssl {

        /** Whether to use TLS. Enabled by default if a bundle is set. */
        private @Nullable Boolean enabled;

        /** SSL bundle with the trusted certificates and the keys. When unset, the trust store of the JVM is used. */
        private @Nullable String bundle;

        /** Whether to check that the certificate of the server was issued for the configured host. */
        private boolean verifyHostname = true;

        public boolean isEnabled() {
            return enabled != null ? enabled : StringUtils.hasText(bundle);
        }

        public void setEnabled(@Nullable Boolean enabled) {
            this.enabled = enabled;
        }

        public @Nullable String getBundle() {
            return bundle;
        }

        public void setBundle(@Nullable String bundle) {
            this.bundle = bundle;
        }

        public boolean isVerifyHostname() {
            return verifyHostname;
        }

        public void setVerifyHostname(boolean verifyHostname) {
            this.verifyHostname = verifyHostname;
        }
    }

    /** Renewal of leases. */
    public static class Renewal {

        /** Whether leases are renewed in the background. Without renewal, a lock is lost when its lease ends. */
        private boolean enabled = true;

        /** Fraction of the lease after which it is renewed. Between 0 and 1, both excluded. */
        private double ratio = 0.5;

        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        public double getRatio() {
            return ratio;
        }

        public void setRatio(double ratio) {
            this.ratio = ratio;
        }
    }

    /** Connections of acquisitions that have to wait. */
    public static class Pool {

        /**
         * Maximum number of connections to one server that wait for contended locks or hold them. Further acquisitions
         * are rejected.
         */
        private int maxWaitConnections = 1000;

        /**
         * How long an unused wait connection is kept open. Must be shorter than server-read-timeout. Zero closes it at
         * once.
         */
        private Duration waitConnectionIdle = Duration.ofSeconds(10);

        public int getMaxWaitConnections() {
            return maxWaitConnections;
        }

        public void setMaxWaitConnections(int maxWaitConnections) {
            this.maxWaitConnections = maxWaitConnections;
        }

        public Duration getWaitConnectionIdle() {
            return waitConnectionIdle;
        }

        public void setWaitConnectionIdle(Duration waitConnectionIdle) {
            this.waitConnectionIdle = waitConnectionIdle;
        }
    }
}
