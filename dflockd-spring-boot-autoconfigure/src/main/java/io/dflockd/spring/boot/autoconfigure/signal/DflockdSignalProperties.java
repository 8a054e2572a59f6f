package io.dflockd.spring.boot.autoconfigure.signal;

import io.dflockd.client.SignalRouting;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** The properties {@code dflockd.signals.*}, for all clients. */
@ConfigurationProperties("dflockd.signals")
public class DflockdSignalProperties {

    /**
     * Longest payload of a signal. A longer one fails before it is sent. Raise it only if all servers take more than 256
     * bytes; others close the connection.
     */
    private DataSize maxPayload = DataSize.ofBytes(256);

    /** What signals mean with several servers. The same in all applications that share signals. */
    private SignalRouting routing = SignalRouting.BY_CHANNEL;

    /** How many threads of a client handle signals at most. Unset, it is 8 or the number of processors if that is more. */
    private @Nullable Integer threads;

    /** Creates the defaults. */
    public DflockdSignalProperties() {}

    /**
     * Returns the longest payload.
     *
     * @return the size
     */
    public DataSize getMaxPayload() {
        return maxPayload;
    }

    /**
     * Sets the longest payload.
     *
     * @param maxPayload 1 to 65 530 bytes
     */
    public void setMaxPayload(DataSize maxPayload) {
        this.maxPayload = maxPayload;
    }

    /**
     * Returns what signals mean with several servers.
     *
     * @return the routing
     */
    public SignalRouting getRouting() {
        return routing;
    }

    /**
     * Sets what signals mean with several servers.
     *
     * @param routing the routing
     */
    public void setRouting(SignalRouting routing) {
        this.routing = routing;
    }

    /**
     * Returns how many threads handle signals.
     *
     * @return null for the client's default
     */
    public @Nullable Integer getThreads() {
        return threads;
    }

    /**
     * Sets how many threads handle signals.
     *
     * @param threads at least 1
     */
    public void setThreads(@Nullable Integer threads) {
        this.threads = threads;
    }
}
