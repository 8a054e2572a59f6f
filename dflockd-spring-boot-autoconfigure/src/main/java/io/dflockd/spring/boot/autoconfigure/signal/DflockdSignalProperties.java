package io.dflockd.spring.boot.autoconfigure.signal;

import io.dflockd.client.SignalRouting;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** The properties {@code dflockd.signals.*}, for all clients. */
@ConfigurationProperties("dflockd.signals")
public class DflockdSignalProperties {

    /**
     * Maximum size of a signal payload. A larger payload is rejected before it is sent. Increase it only if all servers
     * accept more than 256 bytes: other servers close the connection.
     */
    private DataSize maxPayload = DataSize.ofBytes(256);

    /**
     * Which of several servers get and deliver signals. All applications that share signals must use the same value.
     */
    private SignalRouting routing = SignalRouting.BY_CHANNEL;

    /**
     * Maximum number of threads per client that handle signals. When unset, 8 or the number of processors, whichever is
     * greater.
     */
    private @Nullable Integer threads;

    public DataSize getMaxPayload() {
        return maxPayload;
    }

    public void setMaxPayload(DataSize maxPayload) {
        this.maxPayload = maxPayload;
    }

    public SignalRouting getRouting() {
        return routing;
    }

    public void setRouting(SignalRouting routing) {
        this.routing = routing;
    }

    public @Nullable Integer getThreads() {
        return threads;
    }

    public void setThreads(@Nullable Integer threads) {
        this.threads = threads;
    }
}
