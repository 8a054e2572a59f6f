package io.dflockd.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The properties {@code dflockd.*}: the default client's, those of named clients, and what concerns the application. */
@ConfigurationProperties("dflockd")
public class DflockdProperties extends DflockdClientProperties {

    /**
     * Whether dflockd is configured. False with a bean that is guarded by a lock annotation fails the start, unless
     * without-locking is true as well.
     */
    private boolean enabled = true;

    /**
     * Whether lock annotations may do nothing while dflockd.enabled is false. Guarded methods then run unlocked, which
     * is reported as a warning.
     */
    private boolean withoutLocking;

    /** How long closing the application waits for held locks before it frees them. Nothing held means no waiting. */
    private Duration closeTimeout = Duration.ofSeconds(30);

    /** How keys with blanks, or of more than 256 bytes, become keys on the server. The same in all applications that share locks. */
    private KeyEncodingType keyEncoding = KeyEncodingType.STRICT;

    /** Further clients by name, each with settings of its own. */
    private final Map<String, DflockdClientProperties> clients = new LinkedHashMap<>();

    private final Embedded embedded = new Embedded();

    private final Health health = new Health();

    private final Metrics metrics = new Metrics();

    private final Observations observations = new Observations();

    /** Creates the defaults. */
    public DflockdProperties() {}

    /**
     * Whether dflockd is configured.
     *
     * @return true by default
     */
    public boolean isEnabled() {
        return enabled;
    }

    /**
     * Sets whether dflockd is configured.
     *
     * @param enabled false to have no client
     */
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    /**
     * Whether annotations may do nothing while dflockd is disabled.
     *
     * @return false by default
     */
    public boolean isWithoutLocking() {
        return withoutLocking;
    }

    /**
     * Sets whether annotations may do nothing while dflockd is disabled.
     *
     * @param withoutLocking true to run guarded methods unlocked
     */
    public void setWithoutLocking(boolean withoutLocking) {
        this.withoutLocking = withoutLocking;
    }

    /**
     * Returns how long closing waits for held locks.
     *
     * @return the time
     */
    public Duration getCloseTimeout() {
        return closeTimeout;
    }

    /**
     * Sets how long closing waits for held locks.
     *
     * @param closeTimeout zero frees them at once
     */
    public void setCloseTimeout(Duration closeTimeout) {
        this.closeTimeout = closeTimeout;
    }

    /**
     * Returns how keys are encoded.
     *
     * @return the way
     */
    public KeyEncodingType getKeyEncoding() {
        return keyEncoding;
    }

    /**
     * Sets how keys are encoded.
     *
     * @param keyEncoding the way; a {@link io.dflockd.spring.lock.KeyEncoding} bean goes before it
     */
    public void setKeyEncoding(KeyEncodingType keyEncoding) {
        this.keyEncoding = keyEncoding;
    }

    /**
     * Returns the named clients.
     *
     * @return by name
     */
    public Map<String, DflockdClientProperties> getClients() {
        return clients;
    }

    /**
     * Returns the settings of the embedded server.
     *
     * @return the settings
     */
    public Embedded getEmbedded() {
        return embedded;
    }

    /**
     * Returns the settings of health.
     *
     * @return the settings
     */
    public Health getHealth() {
        return health;
    }

    /**
     * Returns the settings of meters.
     *
     * @return the settings
     */
    public Metrics getMetrics() {
        return metrics;
    }

    /**
     * Returns the settings of observations.
     *
     * @return the settings
     */
    public Observations getObservations() {
        return observations;
    }

    /** How keys become keys on the server. */
    public enum KeyEncodingType {
        /** Unchanged; keys that the server does not allow are refused. */
        STRICT,
        /** Blanks, control characters and % as %XX. */
        PERCENT,
        /** Keys that do not fit are replaced by a hash. */
        HASH_UNFIT
    }

    /** A server in this JVM, for development and tests. */
    public static class Embedded {

        /**
         * Whether to start a server in this JVM and connect to it while dflockd.servers is unset. For development and
         * tests: its locks end with this process.
         */
        private boolean enabled;

        /** Address that the embedded server listens on. */
        private String host = "127.0.0.1";

        /** Port that the embedded server listens on. 0 takes a free one. */
        private int port;

        /** Creates the defaults. */
        public Embedded() {}

        /**
         * Whether it may start.
         *
         * @return false by default
         */
        public boolean isEnabled() {
            return enabled;
        }

        /**
         * Sets whether it may start.
         *
         * @param enabled true to start it while no servers are set
         */
        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        /**
         * Returns the address it listens on.
         *
         * @return the address
         */
        public String getHost() {
            return host;
        }

        /**
         * Sets the address it listens on.
         *
         * @param host the address
         */
        public void setHost(String host) {
            this.host = host;
        }

        /**
         * Returns the port.
         *
         * @return 0 for a free one
         */
        public int getPort() {
            return port;
        }

        /**
         * Sets the port.
         *
         * @param port 0 for a free one
         */
        public void setPort(int port) {
            this.port = port;
        }
    }

    /** Health. */
    public static class Health {

        /** How long the health check of a server waits for its answer. */
        private Duration timeout = Duration.ofSeconds(3);

        /** Creates the defaults. */
        public Health() {}

        /**
         * Returns how long a check waits.
         *
         * @return the time
         */
        public Duration getTimeout() {
            return timeout;
        }

        /**
         * Sets how long a check waits.
         *
         * @param timeout positive
         */
        public void setTimeout(Duration timeout) {
            this.timeout = timeout;
        }
    }

    /** Meters. */
    public static class Metrics {

        /** Whether counters and gauges are registered where a MeterRegistry is present. */
        private boolean enabled = true;

        /** How many different logical names a tag may have before further ones become "other". */
        private int maxNames = 200;

        /** Creates the defaults. */
        public Metrics() {}

        /**
         * Whether meters are registered.
         *
         * @return true by default
         */
        public boolean isEnabled() {
            return enabled;
        }

        /**
         * Sets whether meters are registered.
         *
         * @param enabled false for none
         */
        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        /**
         * Returns the bound of logical names.
         *
         * @return the bound
         */
        public int getMaxNames() {
            return maxNames;
        }

        /**
         * Sets the bound of logical names.
         *
         * @param maxNames at least 1
         */
        public void setMaxNames(int maxNames) {
            this.maxNames = maxNames;
        }
    }

    /** Observations. */
    public static class Observations {

        /** Whether acquiring and holding are observed (timers and traces) where an ObservationRegistry is present. */
        private boolean enabled = true;

        /** Creates the defaults. */
        public Observations() {}

        /**
         * Whether there are observations.
         *
         * @return true by default
         */
        public boolean isEnabled() {
            return enabled;
        }

        /**
         * Sets whether there are observations.
         *
         * @param enabled false for none
         */
        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }
    }
}
