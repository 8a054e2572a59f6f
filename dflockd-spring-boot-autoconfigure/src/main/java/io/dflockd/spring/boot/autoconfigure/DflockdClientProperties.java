package io.dflockd.spring.boot.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * What can be set for one client: {@code dflockd.*} for the client that is injected by default and
 * {@code dflockd.clients.<name>.*} for further ones. A named client inherits nothing from the default one.
 *
 * <p>Values are checked when the client is made; one that is out of range fails the start and is named with its property.
 */
public class DflockdClientProperties {

    /**
     * Servers as host:port, host or [ipv6]:port. With several, keys are spread over them: all clients must list the same
     * servers in the same order. When unset, the embedded server where it is enabled, else 127.0.0.1:6388.
     */
    private List<String> servers = new ArrayList<>();

    /** Auth token of the servers. Sent in clear unless TLS is on. */
    private @Nullable String authToken;

    /** File that holds the auth token; read for each new connection, so that the token can be rotated. */
    private @Nullable Path authTokenFile;

    /** How long to wait for a lock or slot before giving up. Zero is allowed. */
    private Duration acquireTimeout = Duration.ofSeconds(10);

    /** Lease of locks and slots, rounded up to whole seconds. When unset, the server's own (33 seconds by default). */
    private @Nullable Duration leaseTtl;

    /** How long a connection may take to be ready: name, TCP, TLS and auth together. */
    private Duration connectTimeout = Duration.ofSeconds(10);

    /** How long a request that does not wait for a lock may take. */
    private Duration requestTimeout = Duration.ofSeconds(5);

    /** Silence after which a connection that matters says something. At most half of server-read-timeout. */
    private Duration keepAliveInterval = Duration.ofSeconds(7);

    /** The servers' --read-timeout. Never set it higher than the servers have it: a lock would be believed held too long. */
    private Duration serverReadTimeout = Duration.ofSeconds(23);

    /** Whether the servers free what a connection held when it ends (their --auto-release-on-disconnect). */
    private boolean serverAutoRelease = true;

    /** How long a place in a queue (two-phase acquisition) may be kept without being handed out. */
    private Duration queuedPlaceMaxLife = Duration.ofMinutes(5);

    /** Longest stats answer that is accepted. */
    private DataSize maxStatsSize = DataSize.ofMegabytes(64);

    /** Whether the first 16 hex digits of a token are a fence number. Only true for servers from 2.1.0 on. */
    private boolean fenceFromToken;

    /** How keys are spread over several servers. All clients of the same locks must use the same. */
    private Sharding sharding = Sharding.CRC32;

    /** Whether to connect to every server when the application starts, and fail the start where that does not work. */
    private boolean failFast;

    private final Ssl ssl = new Ssl();

    private final Renewal renewal = new Renewal();

    private final Pool pool = new Pool();

    /** Creates the defaults. */
    public DflockdClientProperties() {}

    /**
     * Returns the servers.
     *
     * @return empty where unset
     */
    public List<String> getServers() {
        return servers;
    }

    /**
     * Sets the servers.
     *
     * @param servers the entries
     */
    public void setServers(List<String> servers) {
        this.servers = servers;
    }

    /**
     * Returns the auth token.
     *
     * @return null where unset
     */
    public @Nullable String getAuthToken() {
        return authToken;
    }

    /**
     * Sets the auth token.
     *
     * @param authToken the token
     */
    public void setAuthToken(@Nullable String authToken) {
        this.authToken = authToken;
    }

    /**
     * Returns the file of the auth token.
     *
     * @return null where unset
     */
    public @Nullable Path getAuthTokenFile() {
        return authTokenFile;
    }

    /**
     * Sets the file of the auth token.
     *
     * @param authTokenFile the file
     */
    public void setAuthTokenFile(@Nullable Path authTokenFile) {
        this.authTokenFile = authTokenFile;
    }

    /**
     * Returns the acquire timeout.
     *
     * @return the timeout
     */
    public Duration getAcquireTimeout() {
        return acquireTimeout;
    }

    /**
     * Sets the acquire timeout.
     *
     * @param acquireTimeout the timeout
     */
    public void setAcquireTimeout(Duration acquireTimeout) {
        this.acquireTimeout = acquireTimeout;
    }

    /**
     * Returns the lease.
     *
     * @return null for the server's own
     */
    public @Nullable Duration getLeaseTtl() {
        return leaseTtl;
    }

    /**
     * Sets the lease.
     *
     * @param leaseTtl the lease
     */
    public void setLeaseTtl(@Nullable Duration leaseTtl) {
        this.leaseTtl = leaseTtl;
    }

    /**
     * Returns the connect timeout.
     *
     * @return the timeout
     */
    public Duration getConnectTimeout() {
        return connectTimeout;
    }

    /**
     * Sets the connect timeout.
     *
     * @param connectTimeout the timeout
     */
    public void setConnectTimeout(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    /**
     * Returns the request timeout.
     *
     * @return the timeout
     */
    public Duration getRequestTimeout() {
        return requestTimeout;
    }

    /**
     * Sets the request timeout.
     *
     * @param requestTimeout the timeout
     */
    public void setRequestTimeout(Duration requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    /**
     * Returns the keep-alive interval.
     *
     * @return the interval
     */
    public Duration getKeepAliveInterval() {
        return keepAliveInterval;
    }

    /**
     * Sets the keep-alive interval.
     *
     * @param keepAliveInterval the interval
     */
    public void setKeepAliveInterval(Duration keepAliveInterval) {
        this.keepAliveInterval = keepAliveInterval;
    }

    /**
     * Returns the servers' read timeout.
     *
     * @return the timeout
     */
    public Duration getServerReadTimeout() {
        return serverReadTimeout;
    }

    /**
     * Sets the servers' read timeout.
     *
     * @param serverReadTimeout the timeout
     */
    public void setServerReadTimeout(Duration serverReadTimeout) {
        this.serverReadTimeout = serverReadTimeout;
    }

    /**
     * Whether the servers free what a closed connection held.
     *
     * @return true by default
     */
    public boolean isServerAutoRelease() {
        return serverAutoRelease;
    }

    /**
     * Sets whether the servers free what a closed connection held.
     *
     * @param serverAutoRelease as the servers are set
     */
    public void setServerAutoRelease(boolean serverAutoRelease) {
        this.serverAutoRelease = serverAutoRelease;
    }

    /**
     * Returns the maximum life of a place in a queue.
     *
     * @return the time
     */
    public Duration getQueuedPlaceMaxLife() {
        return queuedPlaceMaxLife;
    }

    /**
     * Sets the maximum life of a place in a queue.
     *
     * @param queuedPlaceMaxLife the time
     */
    public void setQueuedPlaceMaxLife(Duration queuedPlaceMaxLife) {
        this.queuedPlaceMaxLife = queuedPlaceMaxLife;
    }

    /**
     * Returns the longest stats answer.
     *
     * @return the size
     */
    public DataSize getMaxStatsSize() {
        return maxStatsSize;
    }

    /**
     * Sets the longest stats answer.
     *
     * @param maxStatsSize the size
     */
    public void setMaxStatsSize(DataSize maxStatsSize) {
        this.maxStatsSize = maxStatsSize;
    }

    /**
     * Whether tokens carry a fence number.
     *
     * @return false by default
     */
    public boolean isFenceFromToken() {
        return fenceFromToken;
    }

    /**
     * Sets whether tokens carry a fence number.
     *
     * @param fenceFromToken true for servers from 2.1.0 on
     */
    public void setFenceFromToken(boolean fenceFromToken) {
        this.fenceFromToken = fenceFromToken;
    }

    /**
     * Returns how keys are spread.
     *
     * @return the way
     */
    public Sharding getSharding() {
        return sharding;
    }

    /**
     * Sets how keys are spread.
     *
     * @param sharding the way
     */
    public void setSharding(Sharding sharding) {
        this.sharding = sharding;
    }

    /**
     * Whether the start fails where a server cannot be reached.
     *
     * @return false by default
     */
    public boolean isFailFast() {
        return failFast;
    }

    /**
     * Sets whether the start fails where a server cannot be reached.
     *
     * @param failFast true to connect at start
     */
    public void setFailFast(boolean failFast) {
        this.failFast = failFast;
    }

    /**
     * Returns the TLS settings.
     *
     * @return the settings
     */
    public Ssl getSsl() {
        return ssl;
    }

    /**
     * Returns the renewal settings.
     *
     * @return the settings
     */
    public Renewal getRenewal() {
        return renewal;
    }

    /**
     * Returns the settings of wait connections.
     *
     * @return the settings
     */
    public Pool getPool() {
        return pool;
    }

    /** How keys are spread over several servers. */
    public enum Sharding {
        /** CRC-32 of the key modulo the number of servers, as every dflockd client does it. */
        CRC32,
        /** The application's {@link io.dflockd.client.ShardingStrategy} bean. */
        BEAN
    }

    /** TLS. */
    public static class Ssl {

        /** Whether to connect with TLS. Enabled by default where a bundle is set. */
        private @Nullable Boolean enabled;

        /** Name of the SSL bundle with trust and keys. When unset, the JVM's own trust store. */
        private @Nullable String bundle;

        /** Whether the server's certificate must be for the configured host. */
        private boolean verifyHostname = true;

        /** Creates the defaults. */
        public Ssl() {}

        /**
         * Whether TLS is on.
         *
         * @return true where set so, or where unset and a bundle is given
         */
        public boolean isEnabled() {
            return enabled != null ? enabled : bundle != null;
        }

        /**
         * Sets whether TLS is on.
         *
         * @param enabled true for TLS
         */
        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        /**
         * Returns the name of the bundle.
         *
         * @return null where unset
         */
        public @Nullable String getBundle() {
            return bundle;
        }

        /**
         * Sets the name of the bundle.
         *
         * @param bundle the name
         */
        public void setBundle(@Nullable String bundle) {
            this.bundle = bundle;
        }

        /**
         * Whether the host name is checked.
         *
         * @return true by default
         */
        public boolean isVerifyHostname() {
            return verifyHostname;
        }

        /**
         * Sets whether the host name is checked.
         *
         * @param verifyHostname false to accept a certificate for any host
         */
        public void setVerifyHostname(boolean verifyHostname) {
            this.verifyHostname = verifyHostname;
        }
    }

    /** Renewal of leases. */
    public static class Renewal {

        /** Whether leases are renewed in the background. Without renewal a lock is lost at the end of its lease. */
        private boolean enabled = true;

        /** Part of the lease after which it is renewed, between 0 and 1. */
        private double ratio = 0.5;

        /** Creates the defaults. */
        public Renewal() {}

        /**
         * Whether leases are renewed.
         *
         * @return true by default
         */
        public boolean isEnabled() {
            return enabled;
        }

        /**
         * Sets whether leases are renewed.
         *
         * @param enabled false to let leases run out
         */
        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        /**
         * Returns the part of the lease after which it is renewed.
         *
         * @return between 0 and 1
         */
        public double getRatio() {
            return ratio;
        }

        /**
         * Sets the part of the lease after which it is renewed.
         *
         * @param ratio between 0 and 1, both exclusive
         */
        public void setRatio(double ratio) {
            this.ratio = ratio;
        }
    }

    /** Connections of acquisitions that really wait. */
    public static class Pool {

        /** How many connections to one server may wait for, or own, contended locks. Beyond it acquisitions are refused. */
        private int maxWaitConnections = 1000;

        /** How long an unused wait connection is kept. Below server-read-timeout; zero closes it at once. */
        private Duration waitConnectionIdle = Duration.ofSeconds(10);

        /** Creates the defaults. */
        public Pool() {}

        /**
         * Returns the cap of wait connections.
         *
         * @return per server
         */
        public int getMaxWaitConnections() {
            return maxWaitConnections;
        }

        /**
         * Sets the cap of wait connections.
         *
         * @param maxWaitConnections per server, at least 1
         */
        public void setMaxWaitConnections(int maxWaitConnections) {
            this.maxWaitConnections = maxWaitConnections;
        }

        /**
         * Returns how long an unused wait connection is kept.
         *
         * @return the time
         */
        public Duration getWaitConnectionIdle() {
            return waitConnectionIdle;
        }

        /**
         * Sets how long an unused wait connection is kept.
         *
         * @param waitConnectionIdle the time
         */
        public void setWaitConnectionIdle(Duration waitConnectionIdle) {
            this.waitConnectionIdle = waitConnectionIdle;
        }
    }
}
