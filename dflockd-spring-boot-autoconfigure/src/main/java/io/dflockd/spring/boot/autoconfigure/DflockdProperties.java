package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.spring.lock.KeyEncoding;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The properties {@code dflockd.*}: the default client, named clients, and settings of the application. */
@ConfigurationProperties("dflockd")
public class DflockdProperties extends DflockdClientProperties {

    /**
     * Whether to configure dflockd. If false, a bean with a lock annotation fails the start, unless
     * dflockd.without-locking is true.
     */
    private boolean enabled = true;

    /**
     * Whether methods with a lock annotation run without a lock if dflockd.enabled is false. A warning is logged at the
     * start.
     */
    private boolean withoutLocking;

    /**
     * How keys that the server does not allow (with blanks, or longer than 256 bytes) are converted. All applications
     * that share locks must use the same value.
     */
    private KeyEncodingType keyEncoding = KeyEncodingType.STRICT;

    /** Named clients, each with its own settings. */
    private final Map<String, DflockdClientProperties> clients = new LinkedHashMap<>();

    private final Embedded embedded = new Embedded();

    private final Health health = new Health();

    private final Metrics metrics = new Metrics();

    private final Observations observations = new Observations();

    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public boolean isWithoutLocking() {
        return withoutLocking;
    }

    public void setWithoutLocking(boolean withoutLocking) {
        this.withoutLocking = withoutLocking;
    }

    public KeyEncodingType getKeyEncoding() {
        return keyEncoding;
    }

    public void setKeyEncoding(KeyEncodingType keyEncoding) {
        this.keyEncoding = keyEncoding;
    }

    public Map<String, DflockdClientProperties> getClients() {
        return clients;
    }

    public Embedded getEmbedded() {
        return embedded;
    }

    public Health getHealth() {
        return health;
    }

    public Metrics getMetrics() {
        return metrics;
    }

    public Observations getObservations() {
        return observations;
    }

    /** How keys that the server does not allow are converted. */
    public enum KeyEncodingType {
        /** Keys are not converted. A key that the server does not allow is rejected. */
        STRICT,
        /** Blanks, control characters and % are written as %XX. A key that is too long is rejected. */
        PERCENT,
        /** A key that the server does not allow is replaced by its hash. */
        HASH_UNFIT;

        /** {@return the encoding itself} */
        public KeyEncoding encoding() {
            if (this == PERCENT) {
                return KeyEncoding.percent();
            }
            return this == HASH_UNFIT ? KeyEncoding.hashUnfit() : KeyEncoding.strict();
        }
    }

    /** The server in this JVM. */
    public static class Embedded {

        /**
         * Whether to start a server in this JVM and connect to it if dflockd.servers is unset. For development and
         * tests only: its locks end with the process.
         */
        private boolean enabled;

        /** Address that the embedded server listens on. */
        private String host = "127.0.0.1";

        /** Port that the embedded server listens on. 0 chooses a free port. */
        private int port;

        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        public String getHost() {
            return host;
        }

        public void setHost(String host) {
            this.host = host;
        }

        public int getPort() {
            return port;
        }

        public void setPort(int port) {
            this.port = port;
        }
    }

    /** Health. */
    public static class Health {

        /** How long a health check, and the dflockd endpoint, wait for the answers of all servers. */
        private Duration timeout = Duration.ofSeconds(3);

        public Duration getTimeout() {
            return timeout;
        }

        public void setTimeout(Duration timeout) {
            this.timeout = timeout;
        }
    }

    /** Meters. */
    public static class Metrics {

        /** Whether to register counters and gauges if there is a MeterRegistry. */
        private boolean enabled = true;

        /**
         * Maximum number of lock and listener names that become values of the tag dflockd.name. Further names are
         * reported as "other".
         */
        private int maxNames = 200;

        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        public int getMaxNames() {
            return maxNames;
        }

        public void setMaxNames(int maxNames) {
            this.maxNames = maxNames;
        }
    }

    /** Observations. */
    public static class Observations {

        /** Whether to observe acquiring and holding locks (timers and traces) if there is an ObservationRegistry. */
        private boolean enabled = true;

        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }
    }
}
