package io.dflockd.spring.lock.event;

import io.dflockd.client.LockKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A suspended lock or slot is held again. Nobody else has held it meanwhile. Of every handle of a client that has a
 * {@link LockEventPublisher}, not only those of templates.
 */
public class LockResumedEvent extends LockEvent {

    private static final long serialVersionUID = 1L;

    private final Duration after;

    /**
     * Creates the event.
     *
     * @param source the publisher
     * @param kind lock or semaphore
     * @param name the logical name, null where none was given
     * @param key the key on the server
     * @param after the time of the suspension
     */
    public LockResumedEvent(Object source, LockKind kind, @Nullable String name, String key, Duration after) {
        super(source, kind, name, key);
        this.after = after;
    }

    /** {@return the time of the suspension} */
    public Duration getAfter() {
        return after;
    }
}
