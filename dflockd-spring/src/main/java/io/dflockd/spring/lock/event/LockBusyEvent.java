package io.dflockd.spring.lock.event;

import io.dflockd.client.LockKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A lock or semaphore was not acquired because it was busy during the whole acquire timeout.
 */
public class LockBusyEvent extends LockEvent {

    private static final long serialVersionUID = 1L;

    private final Duration waited;

    /**
     * Creates the event.
     *
     * @param source the template
     * @param kind lock or semaphore
     * @param name the logical name, null where none was given
     * @param key the key on the server
     * @param waited how long the caller waited
     */
    public LockBusyEvent(Object source, LockKind kind, @Nullable String name, String key, Duration waited) {
        super(source, kind, name, key);
        this.waited = waited;
    }

    /**
     * Tells how long the caller waited.
     *
     * @return never null
     */
    public Duration getWaited() {
        return waited;
    }
}
