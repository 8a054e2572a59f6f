package io.dflockd.spring.boot.autoconfigure.signal;

import io.dflockd.client.OverflowPolicy;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** The properties {@code dflockd.listener.*}: how the containers of {@code @SignalListener} listen. */
@ConfigurationProperties("dflockd.listener")
public class DflockdListenerProperties {

    /** Whether listeners are started with the application. */
    private boolean autoStartup = true;

    /** How many signals of a channel are handled at a time. Above 1 they are not handled in order. */
    private int concurrency = 1;

    /** How many signals of a channel may wait to be handled. */
    private int bufferSize = 4096;

    /**
     * Memory that the signals of a channel that wait may use. A character counts as two bytes; a single signal may be larger.
     */
    private DataSize bufferMemory = DataSize.ofMegabytes(16);

    /** What happens to a signal that finds the buffer full. */
    private OverflowPolicy overflow = OverflowPolicy.DROP_OLDEST;

    /** How long a stop lets signals that have arrived be handled. */
    private Duration drainTimeout = Duration.ofSeconds(10);

    /** Creates the defaults. */
    public DflockdListenerProperties() {}

    /**
     * Whether listeners are started with the application.
     *
     * @return true by default
     */
    public boolean isAutoStartup() {
        return autoStartup;
    }

    /**
     * Sets whether listeners are started with the application.
     *
     * @param autoStartup false to start them by hand
     */
    public void setAutoStartup(boolean autoStartup) {
        this.autoStartup = autoStartup;
    }

    /**
     * Returns how many signals of a channel are handled at a time.
     *
     * @return 1 by default
     */
    public int getConcurrency() {
        return concurrency;
    }

    /**
     * Sets how many signals of a channel are handled at a time.
     *
     * @param concurrency at least 1
     */
    public void setConcurrency(int concurrency) {
        this.concurrency = concurrency;
    }

    /**
     * Returns how many signals may wait.
     *
     * @return the size
     */
    public int getBufferSize() {
        return bufferSize;
    }

    /**
     * Sets how many signals may wait.
     *
     * @param bufferSize at least 1
     */
    public void setBufferSize(int bufferSize) {
        this.bufferSize = bufferSize;
    }

    /**
     * Returns the memory of signals that wait.
     *
     * @return the size
     */
    public DataSize getBufferMemory() {
        return bufferMemory;
    }

    /**
     * Sets the memory of signals that wait.
     *
     * @param bufferMemory at least 1 byte
     */
    public void setBufferMemory(DataSize bufferMemory) {
        this.bufferMemory = bufferMemory;
    }

    /**
     * Returns what happens when the buffer is full.
     *
     * @return the policy
     */
    public OverflowPolicy getOverflow() {
        return overflow;
    }

    /**
     * Sets what happens when the buffer is full.
     *
     * @param overflow the policy
     */
    public void setOverflow(OverflowPolicy overflow) {
        this.overflow = overflow;
    }

    /**
     * Returns how long a stop waits.
     *
     * @return the time
     */
    public Duration getDrainTimeout() {
        return drainTimeout;
    }

    /**
     * Sets how long a stop waits.
     *
     * @param drainTimeout zero to drop what was not handled yet
     */
    public void setDrainTimeout(Duration drainTimeout) {
        this.drainTimeout = drainTimeout;
    }
}
