package io.dflockd.spring.boot.autoconfigure.signal;

import io.dflockd.client.OverflowPolicy;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** The properties {@code dflockd.listener.*}, for {@code @SignalListener} methods. */
@ConfigurationProperties("dflockd.listener")
public class DflockdListenerProperties {

    /** Whether listeners start with the application. */
    private boolean autoStartup = true;

    /**
     * Number of signals of one listener that are handled at the same time. Above 1, signals are not handled in order.
     */
    private int concurrency = 1;

    /** Number of signals of one listener that can wait to be handled. */
    private int bufferSize = 4096;

    /**
     * Memory that waiting signals of one listener may use. A character counts as two bytes; a single signal may be larger.
     */
    private DataSize bufferMemory = DataSize.ofMegabytes(16);

    /** What to do with a signal that arrives when the buffer is full. */
    private OverflowPolicy overflow = OverflowPolicy.DROP_OLDEST;

    /** How long a listener that stops handles the signals that have already arrived. */
    private Duration drainTimeout = Duration.ofSeconds(10);

    public boolean isAutoStartup() {
        return autoStartup;
    }

    public void setAutoStartup(boolean autoStartup) {
        this.autoStartup = autoStartup;
    }

    public int getConcurrency() {
        return concurrency;
    }

    public void setConcurrency(int concurrency) {
        this.concurrency = concurrency;
    }

    public int getBufferSize() {
        return bufferSize;
    }

    public void setBufferSize(int bufferSize) {
        this.bufferSize = bufferSize;
    }

    public DataSize getBufferMemory() {
        return bufferMemory;
    }

    public void setBufferMemory(DataSize bufferMemory) {
        this.bufferMemory = bufferMemory;
    }

    public OverflowPolicy getOverflow() {
        return overflow;
    }

    public void setOverflow(OverflowPolicy overflow) {
        this.overflow = overflow;
    }

    public Duration getDrainTimeout() {
        return drainTimeout;
    }

    public void setDrainTimeout(Duration drainTimeout) {
        this.drainTimeout = drainTimeout;
    }
}
